package io.nearside.store;

/** There is no live entry of that key. */
public final class Absent<V> implements Outcome<V> {
  private static final Absent<?> INSTANCE = new Absent<>();

  private Absent() {}

  @SuppressWarnings("unchecked")
  public static <V> Absent<V> absent() {
    return (Absent<V>) INSTANCE;
  }
}
