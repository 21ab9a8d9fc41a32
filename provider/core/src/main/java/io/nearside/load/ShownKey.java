package io.nearside.load;

/** How messages name a key without showing it. */
public final class ShownKey {
  private ShownKey() {}

  /** Its type and a hash, by which messages of one key can be told to be so. */
  public static String of(Object key) {
    int hash = key.hashCode() * 0x9E3779B9; // a number's own hash would show it
    hash = (hash ^ (hash >>> 15)) * 0x85EBCA6B;
    return "a key (" + key.getClass().getSimpleName() + " #" + Integer.toHexString(hash) + ")";
  }
}
