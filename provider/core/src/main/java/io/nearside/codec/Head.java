package io.nearside.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a partition's entries are judged by. Versions are of 53 bits.
 *
 * @param generation entries of another one are absent
 * @param clock the version given last
 * @param floor entries up to this {@code asOf} are absent
 * @param fence loads up to this {@code asOf} are not stored
 * @param stamps entries with one of these tags are absent up to that {@code asOf}
 */
public record Head(long generation, long clock, long floor, long fence, TagStamps stamps) {
  /** In bytes, without stamps. */
  public static final int LENGTH = 29;

  private static final int FORMAT = 1;
  private static final long TOO_MUCH = 1L << 53;

  /** Of a partition in which no tag was invalidated. */
  public Head(long generation, long clock, long floor, long fence) {
    this(generation, clock, floor, fence, TagStamps.NONE);
  }

  /**
   * @param raw what Redis holds, null for nothing
   * @return null if there is none or it is not one: every entry is absent
   */
  public static @Nullable Head parse(byte @Nullable [] raw) {
    if (raw == null
        || raw.length < LENGTH
        || (raw.length - LENGTH) % TagStamps.LENGTH != 0
        || raw[0] != FORMAT) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw);
    Head head =
        new Head(
            bytes.getLong(0) & EnvelopeLayout.SEVEN_BYTES,
            bytes.getLong(7) & EnvelopeLayout.SEVEN_BYTES,
            bytes.getLong(14) & EnvelopeLayout.SEVEN_BYTES,
            bytes.getLong(21) & EnvelopeLayout.SEVEN_BYTES,
            raw.length == LENGTH ? TagStamps.NONE : new TagStamps(raw, LENGTH));
    return head.isPossible() ? head : null;
  }

  /** The clock is raised first, whatever follows it. */
  private boolean isPossible() {
    return clock < TOO_MUCH && generation <= clock && floor <= clock && fence <= clock;
  }
}
