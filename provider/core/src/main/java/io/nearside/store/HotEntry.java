package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * An entry whose key is written so often that the authority has marked it: it must not be copied,
 * since what becomes of it is told to nobody. The mark goes with a later write, or when somebody
 * {@linkplain Authority#cool takes it off}.
 */
public final class HotEntry<V> extends VersionedEntry<V> {
  private final @Nullable String validator;

  public HotEntry(VersionedEntry<V> marked) {
    this(marked, null);
  }

  /**
   * @param validator what the source knows the value by; null if it has said nothing
   */
  public HotEntry(VersionedEntry<V> marked, @Nullable String validator) {
    super(
        marked.value(),
        marked.identity(),
        marked.expiresAt(),
        marked.hasOwnLife(),
        marked.createdAt(),
        marked.writtenAt());
    this.validator = validator;
  }

  @Override
  public @Nullable String validator() {
    return validator;
  }
}
