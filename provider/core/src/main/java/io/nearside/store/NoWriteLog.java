package io.nearside.store;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For queues that end with the JVM. */
final class NoWriteLog<K, V> implements WriteLog<K, V> {
  private static final Form WEIGHTLESS = () -> 0;

  @Override
  public List<Found<K, V>> found() {
    return List.of();
  }

  @Override
  public Form form(K key, @Nullable V value) {
    return WEIGHTLESS;
  }

  @Override
  public boolean hasRoom(long bytes) {
    return true;
  }

  @Override
  public Receipt add(Addition addition, Outcome outcome) {
    outcome.safe();
    return Receipt.SAFE;
  }

  @Override
  public void remove(Collection<Long> versions) {}

  @Override
  public void park(long version, int attempts, String failure) {}

  @Override
  public void unpark(long version) {}

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public @Nullable String place() {
    return null;
  }

  @Override
  public void close() {}
}
