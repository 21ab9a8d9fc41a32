package io.nearside.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the writer of an entry puts into its envelope.
 *
 * @param nonce random; with the version it is the entry's identity
 * @param codec its {@link Codec#id()}
 * @param compression what was done to the payload
 * @param loadMillis how long the value took to load; 0 if it was not loaded
 * @param key the canonical text of the key
 * @param keyPlace whether the envelope has to carry the key
 * @param tags at most 65,535, each of at most 65,535 bytes, none of which begins with U+0000
 * @param validator what the source knows the value by; null if it has said nothing
 */
public record EnvelopeContent(
    long nonce,
    int codec,
    Packing compression,
    long loadMillis,
    String key,
    KeyPlace keyPlace,
    List<String> tags,
    @Nullable String validator,
    byte[] payload) {

  /** How a payload was made smaller; on the wire by ordinal. */
  public enum Packing {
    NONE,
    LZ4,
    ZSTD,
    DEFLATE
  }

  /** Where a whole key is found. */
  public enum KeyPlace {
    /** Its text is the end of the Redis key. */
    REDIS_KEY,
    /** It is too long for that: in the envelope. */
    ENVELOPE
  }

  public EnvelopeContent {
    tags = List.copyOf(tags);
  }

  /** Of a value whose source has said nothing that it could be known by. */
  public EnvelopeContent(
      long nonce,
      int codec,
      Packing compression,
      long loadMillis,
      String key,
      KeyPlace keyPlace,
      List<String> tags,
      byte[] payload) {
    this(nonce, codec, compression, loadMillis, key, keyPlace, tags, null, payload);
  }
}
