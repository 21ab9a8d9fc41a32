package io.nearside.config;

import java.time.Duration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How long entries live. Either {@code policy} rules, or the times do; the times are all null in
 * the first case, and all times null with no policy means that entries never expire. Of times that
 * stand together the one that ends first counts; {@code timeToLive} and {@code adaptive} do not.
 *
 * @param policy a policy of JSR-107, standard or the user's own
 * @param timeToLive counted from the last write
 * @param sliding counted from the last write or read
 * @param maximumLife the cap on what sliding can reach, counted from creation
 * @param adaptive a time to live that follows the number of reads
 * @param jitter applied to every time that a write sets; NONE with a policy unless asked for
 */
public record ExpirySettings(
    @Nullable Factory<? extends ExpiryPolicy> policy,
    @Nullable Duration timeToLive,
    @Nullable Duration sliding,
    @Nullable Duration maximumLife,
    @Nullable Adaptive adaptive,
    JitterSettings jitter) {

  /** Entries never expire. */
  public static final ExpirySettings ETERNAL =
      new ExpirySettings(null, null, null, null, null, JitterSettings.NONE);

  /**
   * A time to live chosen by the reads that an entry has had: over {@code hot} reads the maximum,
   * over {@code popular} half of it, else the minimum.
   */
  public record Adaptive(Duration minimum, Duration maximum, int popular, int hot) {}
}
