package io.nearside.store.remote;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What messages say instead of a key. */
final class KeyHash {
  private static final int BYTES = 6;

  private KeyHash() {}

  /** The start of the SHA-256 of a key's canonical text, in hex. */
  static String of(String canonical) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(canonical.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
