package io.nearside.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A copy of an entry of the {@linkplain Authority authority}: true at some instant after its {@link
 * Epoch} began. Never changes, but that its holder marks it when it takes it, and that it remembers
 * what was asked for its entry's life.
 */
public sealed class CopiedEntry<V> extends VersionedEntry<V> permits TaggedCopy {
  private static final VarHandle RENEWED_UNTIL;

  static {
    try {
      RENEWED_UNTIL =
          MethodHandles.lookup().findVarHandle(CopiedEntry.class, "renewedUntil", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Partitions are fewer. */
  public static final int MOST_PARTITIONS = 1 << 18;

  private static final int SLOT_BITS = 14;

  private final Epoch epoch;

  /** Partition and slot in one, which saves 8 bytes an entry. */
  private final int place;

  private int mark;

  @SuppressWarnings("FieldMayBeFinal") // written through RENEWED_UNTIL
  private volatile long renewedUntil;

  /**
   * @param source what the authority told
   * @param expiresAt no later than the source's, in nanoseconds of {@link Clock#nanos}
   * @param partition of its key, below {@link #MOST_PARTITIONS}
   * @param slot of its key, 0 to 16383
   */
  public static <V> CopiedEntry<V> of(
      VersionedEntry<V> source, long expiresAt, int partition, int slot, Epoch epoch) {
    return source.notes().tags().isEmpty()
        ? new CopiedEntry<>(source, expiresAt, partition, slot, epoch)
        : new TaggedCopy<>(source, expiresAt, partition, slot, epoch);
  }

  CopiedEntry(VersionedEntry<V> source, long expiresAt, int partition, int slot, Epoch epoch) {
    super(
        source.value(),
        source.identity(),
        expiresAt,
        source.hasOwnLife(),
        source.createdAt(),
        source.writtenAt());
    this.epoch = epoch;
    this.renewedUntil = source.expiresAt();
    this.place = partition << SLOT_BITS | slot;
  }

  /** Of the master it was fetched from, noted before it was asked. */
  public Epoch epoch() {
    return epoch;
  }

  public int slot() {
    return place & ((1 << SLOT_BITS) - 1);
  }

  public int partition() {
    return place >>> SLOT_BITS;
  }

  /** What its holder has marked it with. */
  public int mark() {
    return mark;
  }

  /** For its holder, before it is published. */
  public void mark(int value) {
    mark = value;
  }

  /**
   * When its entry expires, as far as this node has asked for; the copy itself may do so before.
   */
  public long renewedUntil() {
    return renewedUntil;
  }

  /** Notes that its entry is to live until then, if nobody has noted another time meanwhile. */
  public boolean renewUntil(long known, long until) {
    return RENEWED_UNTIL.compareAndSet(this, known, until);
  }

  /** The same entry as no copy: what happens to it does not touch this one. */
  public VersionedEntry<V> detached() {
    return new VersionedEntry<>(
        value(), identity(), expiresAt(), hasOwnLife(), createdAt(), writtenAt());
  }
}
