package io.nearside.store.remote;

import io.nearside.codec.KeyAddress;
import io.nearside.store.Authority.Hearer;
import io.nearside.store.VersionedEntry.Identity;
import org.jspecify.annotations.Nullable;

/** Tells one cache what is announced of it. Thread-safe. */
final class CacheEar<K> {
  private final Layout layout;
  private final Entries<K, ?> entries;
  private final LongKeys longKeys;
  private final Hearer<K> hearer;

  /** To be made before the first key is located. */
  CacheEar(Layout layout, Entries<K, ?> entries, Hearer<K> hearer) {
    this.layout = layout;
    this.entries = entries;
    this.longKeys = entries.noteLongKeys();
    this.hearer = hearer;
  }

  void changed(Announcement.Changed said) {
    int partition = layout.partitionOf(said.name());
    String text = layout.tail(said.name());
    if (text != null && text.indexOf(KeyAddress.HASH_MARK) >= 0) {
      if (longKeys.isStrange(text)) {
        return; // no copy of it is here, or on its way
      }
      text = longKeys.text(text);
    }
    K key = (text == null) ? null : key(said.name(), text);
    if (key != null) {
      hearer.changed(key, said.nonce() == 0 ? null : new Identity(said.version(), said.nonce()));
    } else if (partition >= 0) {
      hearer.dropped(partition);
    } else {
      hearer.droppedAll();
    }
  }

  /** Null if the name is not that of the key with the text, or the text is not one of a key. */
  private @Nullable K key(String name, String text) {
    RemoteKey remote = layout.key(KeyAddress.of(text, layout.partitions()));
    return remote.entry().equals(name) ? entries.key(remote) : null;
  }

  void cleared(Announcement.Cleared said) {
    int partition = layout.partitionOf(said.tag() + ':');
    if (partition < 0) {
      hearer.droppedAll();
    } else {
      hearer.cleared(partition, said.generation());
    }
  }

  void invalidated(Announcement.Invalidated said) {
    hearer.invalidated(said.tags());
  }

  void dropAll() {
    hearer.droppedAll();
  }
}
