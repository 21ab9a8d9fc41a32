package io.nearside.store.remote;

/**
 * Remembers the last 16,384 to 32,768 keys of a walk by 64-bit fingerprints. That one of a million
 * keys is taken for another of them has a chance of 1 in 500 million. Not thread-safe.
 */
final class RecentKeys {
  static final int AT_LEAST = 16_384;

  private Fingerprints recent = new Fingerprints();
  private Fingerprints before = new Fingerprints();

  /** Whether the key was not among the last ones; it is from now on. */
  boolean isNew(String key) {
    long fingerprint = fingerprint(key);
    if (before.contains(fingerprint) || !recent.add(fingerprint)) {
      return false;
    }
    if (recent.size == AT_LEAST) {
      before = recent;
      recent = new Fingerprints();
    }
    return true;
  }

  /** Never 0, which marks what is free in a table. */
  private static long fingerprint(String key) {
    long hash = key.length();
    for (int i = 0; i < key.length(); i++) {
      hash = mix(hash + 0x9E3779B97F4A7C15L + key.charAt(i));
    }
    return (hash == 0) ? 1 : hash;
  }

  /** The finisher of MurmurHash3: each bit of the result depends on each bit of the argument. */
  private static long mix(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }

  /** A set in an array of a power of two, at most half full. */
  private static final class Fingerprints {
    private long[] table = new long[64];
    private int size;

    boolean contains(long fingerprint) {
      return table[place(fingerprint)] == fingerprint;
    }

    boolean add(long fingerprint) {
      int place = place(fingerprint);
      if (table[place] == fingerprint) {
        return false;
      }
      table[place] = fingerprint;
      size++;
      if (2 * size > table.length) {
        grow();
      }
      return true;
    }

    private int place(long fingerprint) {
      int place = (int) fingerprint & (table.length - 1);
      while (table[place] != 0 && table[place] != fingerprint) {
        place = (place + 1) & (table.length - 1);
      }
      return place;
    }

    private void grow() {
      long[] full = table;
      table = new long[2 * full.length];
      for (long fingerprint : full) {
        if (fingerprint != 0) {
          table[place(fingerprint)] = fingerprint;
        }
      }
    }
  }
}
