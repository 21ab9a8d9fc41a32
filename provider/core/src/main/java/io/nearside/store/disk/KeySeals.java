package io.nearside.store.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Knows the keys of one cache by hashes that nobody can make, or try out, without the secret:
 * HMAC-SHA-256, the first half of it. For one thread.
 */
final class KeySeals {
  /** What {@link #KeySeals} needs. */
  static final int SECRET_BYTES = 32;

  /** Of a {@link Seal}. */
  static final int SEAL_BYTES = 16;

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;

  /** What a key is known by. */
  record Seal(long high, long low) {
    static Seal of(ByteBuffer bytes) {
      return new Seal(bytes.getLong(), bytes.getLong());
    }

    byte[] bytes() {
      return ByteBuffer.allocate(SEAL_BYTES).putLong(high).putLong(low).array();
    }
  }

  /** The same key of two caches has different seals. */
  KeySeals(byte[] secret, String cache) {
    this.mac = mac(mac(secret).doFinal(cache.getBytes(StandardCharsets.UTF_8)));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }

  /** The seal of a key's canonical text, which is never empty. */
  Seal of(String text) {
    return Seal.of(ByteBuffer.wrap(mac.doFinal(text.getBytes(StandardCharsets.UTF_8))));
  }

  /** Seals of the same secret and cache have the same. */
  long id() {
    return of("").high();
  }
}
