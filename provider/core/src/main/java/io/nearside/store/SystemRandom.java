package io.nearside.store;

import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** The one source of randomness, so that tests can put another in its place. Thread-safe. */
public enum SystemRandom implements RandomGenerator {
  INSTANCE;

  @Override
  public long nextLong() {
    return ThreadLocalRandom.current().nextLong();
  }

  /** Bytes that nobody can guess, unlike those of {@link #INSTANCE}. */
  public static byte[] secret(int length) {
    byte[] secret = new byte[length];
    new SecureRandom().nextBytes(secret);
    return secret;
  }
}
