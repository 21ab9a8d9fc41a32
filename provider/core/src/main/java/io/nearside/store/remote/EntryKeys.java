package io.nearside.store.remote;

/**
 * The Redis keys of one entry; they share a slot.
 *
 * @param head of its partition
 * @param entry holds the envelope
 * @param lease of those who load it
 * @param turns of those who wait to change it
 */
record EntryKeys(String head, String entry, String lease, String turns) {

  /**
   * @param tag what all keys of the partition begin with, in braces
   * @param tail the canonical text of the key, or its start and its hash
   */
  static EntryKeys of(String tag, String tail) {
    return new EntryKeys(head(tag), tag + ':' + tail, tag + "!l:" + tail, tag + "!q:" + tail);
  }

  /** The count of the partition's blanks. */
  String blanks() {
    return blanks(head);
  }

  /** That of the partition with the head. */
  static String blanks(String head) {
    return head.substring(0, head.length() - 1) + 'c';
  }

  /** The key of a partition's head. */
  static String head(String tag) {
    return tag + "!h";
  }
}
