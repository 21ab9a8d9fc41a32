package io.nearside.store.remote;

import io.nearside.codec.KeyAddress;
import io.nearside.store.Authority.Hearer;
import io.nearside.store.VersionedEntry.Identity;
import org.jspecify.annotations.Nullable;

/** Tells one cache what is announced of it. Thread-safe. */
final class CacheEar<K> {
  private final Layout layout;
  private final Entries<K, ?> entries;
  private final Hearer<K> hearer;

  CacheEar(Layout layout, Entries<K, ?> entries, Hearer<K> hearer) {
    this.layout = layout;
    this.entries = entries;
    this.hearer = hearer;
  }

  void changed(Announcement.Changed said) {
    int partition = layout.partitionOf(said.name());
    K key = (partition < 0) ? null : key(said.name());
    if (key != null) {
      hearer.changed(key, said.nonce() == 0 ? null : new Identity(said.version(), said.nonce()));
    } else if (partition >= 0) {
      hearer.dropped(partition);
    } else {
      hearer.droppedAll();
    }
  }

  /** Null if it can't be told by the name. */
  private @Nullable K key(String name) {
    String tail = layout.tail(name);
    if (tail == null || tail.indexOf(KeyAddress.HASH_MARK) >= 0) {
      return null;
    }
    RemoteKey remote = layout.key(KeyAddress.of(tail, layout.partitions()));
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

  void dropAll() {
    hearer.droppedAll();
  }
}
