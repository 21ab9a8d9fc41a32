package io.nearside.store.remote;

import io.nearside.codec.KeyAddress;

/**
 * Where a key lies in Redis.
 *
 * @param tag what all keys of its partition begin with
 * @param head the name of that partition's head
 * @param entry the name of its entry
 */
record RemoteKey(KeyAddress address, String tag, String head, String entry) {

  /** The key's canonical text. */
  String canonical() {
    return address.text();
  }

  int partition() {
    return address.partition();
  }

  /** As scripts want it. */
  EntryKeys keys() {
    String tail = address.tail();
    return new EntryKeys(head, entry, tag.concat("!l:").concat(tail), tag.concat("!q:").concat(tail));
  }
}
