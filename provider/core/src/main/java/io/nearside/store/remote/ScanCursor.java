package io.nearside.store.remote;

/**
 * A place in a walk over all keys of all masters.
 *
 * @param master the index of the master, in the order of their names
 * @param cursor Redis's own
 */
record ScanCursor(int master, String cursor) {
  static final ScanCursor START = new ScanCursor(0, "0");

  /** Where a walk ends. */
  static final ScanCursor END = new ScanCursor(-1, "0");
}
