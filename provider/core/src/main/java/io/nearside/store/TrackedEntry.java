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

  private static final int MANY = Integer.MAX_VALUE / 2;

  private final Notes notes;
  private final long createdAt;
  private final long writtenAt;
  private volatile long deadline;

  @SuppressWarnings("UnusedVariable") // through READS
  private volatile int reads;

  /**
   * @param createdAt when the key got its first value, in nanoseconds of {@link Clock#nanos}
   * @param writtenAt when this value was written, likewise
   * @param deadline what reads can't prolong the life beyond, likewise
   * @param reads the reads that count towards the lifetime so far
   */
  public TrackedEntry(
      V value, long expiresAt, long createdAt, long writtenAt, long deadline, int reads) {
    super(value, expiresAt);
    this.notes = Notes.NONE;
    this.createdAt = createdAt;
    this.writtenAt = writtenAt;
    this.deadline = deadline;
    this.reads = reads;
  }

  /** The same, which remembers more than its value. */
  public TrackedEntry(TrackedEntry<V> entry, Notes notes) {
    super(entry.value(), entry.expiresAt());
    this.notes = notes;
    this.createdAt = entry.createdAt;
    this.writtenAt = entry.writtenAt;
    this.deadline = entry.deadline;
    this.reads = entry.reads;
  }

  @Override
  public Notes notes() {
    return notes;
  }

  public long createdAt() {
    return createdAt;
  }

  public long writtenAt() {
    return writtenAt;
  }

  public long deadline() {
    return deadline;
  }

  public void deadline(long nanos) {
    deadline = nanos;
  }

  public int reads() {
    return reads;
  }

  /** Counts a read and returns the count with it. */
  public int countRead() {
    int count = (int) READS.getAndAdd(this, 1) + 1;
    if (count > MANY) { // enough for any rule, and far from overflowing
      READS.setOpaque(this, MANY);
    }
    return count;
  }
}
