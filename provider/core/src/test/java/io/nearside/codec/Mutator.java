package io.nearside.codec;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes broken bytes out of good ones. */
final class Mutator {
  private final RandomGenerator random;
  private final List<byte[]> good;

  Mutator(RandomGenerator random, List<byte[]> good) {
    this.random = random;
    this.good = good;
  }

  byte[] next() {
    if (random.nextInt(10) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    return changed(any().clone());
  }

  /** Made out of one that is told. */
  byte[] nextOf(int which) {
    return changed(good.get(which).clone());
  }

  private byte[] changed(byte[] original) {
    byte[] bytes = original;
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      bytes = change(bytes);
    }
    return bytes;
  }

  private byte[] any() {
    return good.get(random.nextInt(good.size()));
  }

  private byte[] change(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 ->
          Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(5)), (byte) -1);
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return joined(Arrays.copyOf(bytes, at), tail(bytes, random.nextInt(bytes.length)));
      }
      case 5 -> {
        byte[] other = any();
        return joined(Arrays.copyOf(bytes, at), tail(other, random.nextInt(other.length + 1)));
      }
      default -> {
        byte[] other = any();
        int length = Math.min(random.nextInt(16), Math.min(other.length, bytes.length - at));
        System.arraycopy(other, random.nextInt(other.length - length + 1), bytes, at, length);
      }
    }
    return bytes;
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
