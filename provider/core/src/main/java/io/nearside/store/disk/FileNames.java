package io.nearside.store.disk;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of files for caches: readable, different for different caches on every file system. */
final class FileNames {
  private static final int LONGEST = 40;
  private static final int HASH_BYTES = 8;

  private FileNames() {}

  /** That of a cache's journal. */
  static String of(String cache) {
    return start(cache) + ".journal";
  }

  /** What all names of a cache's files begin with: letters, digits, {@code _} and {@code -}. */
  static String start(String cache) {
    String shown = cache.replaceAll("[^A-Za-z0-9_-]", "_");
    return shown.substring(0, Math.min(LONGEST, shown.length())) + "-" + hash(cache);
  }

  private static String hash(String cache) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(cache.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
