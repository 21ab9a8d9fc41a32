package io.nearside.load;

import io.nearside.LoadContext;
import io.nearside.store.Notes;
import io.nearside.store.StoredEntry;
import io.nearside.store.Tags;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a loader says of one key, and is told of it. What the cache still has is looked for when the
 * loader asks, once. For one thread at a time; another one may end it.
 */
final class LoaderContext<K, V> implements LoadContext {
  private final String cache;
  private final K key;
  private final Stales<K, V> stales;
  private boolean looked;
  private @Nullable StoredEntry<V> stale;
  private @Nullable Duration timeToLive;
  private @Nullable String validator;
  private @Nullable List<String> tags;
  private boolean unmodified;
  private volatile boolean ended;

  LoaderContext(String cache, K key, Stales<K, V> stales) {
    this.cache = cache;
    this.key = key;
    this.stales = stales;
  }

  @Override
  public void timeToLive(Duration timeToLive) {
    requireGoing();
    if (timeToLive.isZero() || timeToLive.isNegative()) {
      throw new IllegalArgumentException("a loaded timeToLive must be > 0, was " + timeToLive);
    }
    this.timeToLive = timeToLive;
  }

  @Override
  public void validator(String validator) {
    requireGoing();
    Objects.requireNonNull(validator, "validator is null");
    int length = validator.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > MAXIMUM_VALIDATOR_BYTES) {
      throw new IllegalArgumentException(
          prefix()
              + "a validator must have 1 to "
              + MAXIMUM_VALIDATOR_BYTES
              + " bytes in UTF-8, had "
              + length
              + (length == 0 ? ": say nothing instead" : ": give a hash of it"));
    }
    this.validator = validator;
  }

  @Override
  public void tags(Collection<String> tags) {
    requireGoing();
    Objects.requireNonNull(tags, "tags are null");
    this.tags = Tags.checked(prefix(), tags);
  }

  @Override
  public @Nullable String staleValidator() {
    StoredEntry<V> entry = stale();
    return (entry == null) ? null : entry.validator();
  }

  @Override
  public <T> @Nullable T staleValue(Class<T> type) {
    StoredEntry<V> entry = stale();
    return (entry == null) ? null : type.cast(stales.copy(entry.value()));
  }

  @Override
  public <T> @Nullable T notModified() {
    if (stale() == null) {
      throw new IllegalStateException(
          prefix()
              + "its loader says \"not modified\", but the cache has no value of it any more: load"
              + " it when staleValidator() is null");
    }
    unmodified = true;
    return null;
  }

  private @Nullable StoredEntry<V> stale() {
    requireGoing();
    if (!looked) {
      stale = stales.find(key);
      looked = true;
    }
    return stale;
  }

  private void requireGoing() {
    if (ended) {
      throw new IllegalStateException(
          prefix() + "the context of a load was used when the load had ended");
    }
  }

  private String prefix() {
    return "cache \"" + cache + "\", " + ShownKey.of(key) + ": ";
  }

  /** The loader has returned. */
  void end() {
    ended = true;
  }

  /**
   * What it all comes to.
   *
   * @throws IllegalStateException if the loader has said two things
   */
  Loaded<V> answer(@Nullable V value) {
    if (!unmodified) {
      return new Loaded<>(value, timeToLive, notes(Notes.NONE), null);
    } else if (value != null) {
      throw new IllegalStateException(
          prefix() + "its loader says \"not modified\" and returns a value: return null");
    }
    Notes before = (stale == null) ? Notes.NONE : stale.notes();
    return new Loaded<>(null, timeToLive, notes(before), stale);
  }

  /** What the loader has said, or else what was there before. */
  private Notes notes(Notes before) {
    return Notes.of(
        (validator == null) ? before.validator() : validator,
        (tags == null) ? before.tags() : tags);
  }
}
