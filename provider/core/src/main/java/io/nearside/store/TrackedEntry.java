package io.nearside.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** An entry that knows its age and its reads, for lifetimes that depend on them. */
public final class TrackedEntry<V> extends StoredEntry<V> {
  private static final VarHandle READS;

  static {
    try {
      READS = MethodHandles.lookup().findVarHandle(TrackedEntry.class, "reads", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long createdAt;
  private final long writtenAt;

  @SuppressWarnings("UnusedVariable") // through READS
  private volatile int reads;

  /**
   * @param createdAt when the key got its first value, in nanoseconds of {@link Clock#nanos}
   * @param writtenAt when this value was written, likewise
   * @param reads the reads that count towards the lifetime so far
   */
  public TrackedEntry(V value, long expiresAt, long createdAt, long writtenAt, int reads) {
    super(value, expiresAt);
    this.createdAt = createdAt;
    this.writtenAt = writtenAt;
    this.reads = reads;
  }

  public long createdAt() {
    return createdAt;
  }

  public long writtenAt() {
    return writtenAt;
  }

  public int reads() {
    return reads;
  }

  /** Counts a read and returns the count with it. */
  public int countRead() {
    return (int) READS.getAndAdd(this, 1) + 1;
  }
}
