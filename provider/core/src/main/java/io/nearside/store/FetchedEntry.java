package io.nearside.store;

import org.jspecify.annotations.Nullable;

/** An entry as the {@linkplain Authority authority} has just told it. */
public final class FetchedEntry<V> extends VersionedEntry<V> {
  /** Of an entry whose generation is not told. */
  public static final long UNTOLD = 0;

  private final long generation;
  private final @Nullable String validator;

  /**
   * @param generation of its partition, or {@link #UNTOLD}
   */
  public FetchedEntry(VersionedEntry<V> entry, long generation) {
    this(entry, generation, null);
  }

  /**
   * @param generation of its partition, or {@link #UNTOLD}
   * @param validator what the source knows the value by; null if it has said nothing
   */
  public FetchedEntry(VersionedEntry<V> entry, long generation, @Nullable String validator) {
    super(
        entry.value(),
        entry.identity(),
        entry.expiresAt(),
        entry.hasOwnLife(),
        entry.createdAt(),
        entry.writtenAt());
    this.generation = generation;
    this.validator = validator;
  }

  @Override
  public @Nullable String validator() {
    return validator;
  }

  /** Of its partition when it was told. */
  public long generation() {
    return generation;
  }
}
