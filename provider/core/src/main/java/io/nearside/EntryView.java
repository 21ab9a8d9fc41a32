package io.nearside;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link NearsideCache#entry} tells of one key. Immutable, but for the value, which is the
 * caller's own copy as {@code get} gives it.
 *
 * @param tier that answered
 * @param freshness of the answer
 * @param age of the value since it was written, by the clocks that the node knows; null if the
 *     topology does not keep it
 * @param timeToLive what is left of the entry's life; null: it does not expire
 * @param version that Redis gave it, growing with each change of the key; null without Redis
 * @param tags that it was given
 */
public record EntryView<V>(
    V value,
    Tier tier,
    Freshness freshness,
    @Nullable Duration age,
    @Nullable Duration timeToLive,
    @Nullable Long version,
    List<String> tags) {

  public EntryView {
    tags = List.copyOf(tags);
  }

  /** Where an answer comes from. */
  public enum Tier {
    /** This JVM. */
    LOCAL,
    /** Redis. */
    REMOTE
  }

  /** What is known of an answer. */
  public enum Freshness {
    /**
     * It is the truth of now, or was within the last {@code coherence.bound}, whatever got lost on
     * the way.
     */
    FRESH,
    /** It was the truth once; given because Redis can't be asked and the settings allow it. */
    STALE
  }
}
