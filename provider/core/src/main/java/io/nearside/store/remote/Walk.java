package io.nearside.store.remote;

import io.nearside.codec.Envelope;
import io.nearside.codec.KeyAddress;
import io.nearside.store.StoredEntry;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the live entries of a cache by SCAN, master by master, a page at a time, in constant
 * memory. An entry that is there from the beginning to the end is shown, once: Redis shows a key
 * twice only when its table shrinks meanwhile, and then soon after the first time, so the last keys
 * are remembered. A slot that moves from a master that has been walked to one that has not shows
 * its entries a second time, once more than so many keys ago; one that moves the other way shows
 * none of them. Not thread-safe.
 *
 * <p>Masters are told apart by their addresses, so after a fail-over in the middle of a walk the
 * rest of it may skip a master, or show one again.
 *
 * <p>Throws {@link io.nearside.RemoteUnavailableException} when Redis goes away, after no longer
 * than a call takes; the walk can be gone on with. Each step is bounded so, but {@link #hasNext}
 * makes as many as it takes to find an entry, in a large database with few of them maybe all.
 */
final class Walk<K, V> implements Iterator<Map.Entry<K, StoredEntry<V>>> {
  private final StoreParts<K, V> parts;
  private final Expirations<K, V> expirations;
  private final Recovery<K, V> recovery;
  private final Look<K, V> look;
  private final RecentKeys recent = new RecentKeys();
  private final Queue<String> names = new ArrayDeque<>();
  private final Queue<Map.Entry<K, StoredEntry<V>>> found = new ArrayDeque<>();
  private ScanCursor cursor = ScanCursor.START;

  Walk(StoreParts<K, V> parts, Expirations<K, V> expirations, Recovery<K, V> recovery) {
    this.parts = parts;
    this.expirations = expirations;
    this.recovery = recovery;
    this.look = new Look<>(parts, null);
  }

  @Override
  public boolean hasNext() {
    while (found.isEmpty() && !(names.isEmpty() && cursor.equals(ScanCursor.END))) {
      if (names.isEmpty()) {
        scan();
      } else {
        readPage();
      }
    }
    return !found.isEmpty();
  }

  @Override
  public Map.Entry<K, StoredEntry<V>> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return found.remove();
  }

  private void scan() {
    ScanPage page =
        parts.connection().scan(cursor, parts.layout().entriesPattern(), StoreParts.CHUNK);
    for (String name : page.keys()) {
      if (parts.layout().tail(name) != null && recent.isNew(name)) {
        names.add(name);
      }
    }
    cursor = page.next();
  }

  private void readPage() {
    List<String> page = new ArrayList<>();
    List<List<String>> groups = new ArrayList<>();
    for (String name : names) {
      if (page.size() == StoreParts.CHUNK) {
        break;
      }
      page.add(name);
      groups.add(List.of(parts.layout().head(parts.layout().partitionOf(name)), name));
    }
    long now = parts.clock().nanos();
    List<@Nullable List<byte @Nullable []>> values = parts.connection().readAll(groups);
    for (int i = 0; i < page.size(); i++) {
      List<byte @Nullable []> pair = values.get(i);
      if (pair == null) {
        throw parts.unavailable("a master does not answer, so the walk can't go on now", null);
      }
      show(page.get(i), pair, now);
      names.remove();
    }
  }

  private void show(String name, List<byte @Nullable []> pair, long now) {
    byte[] raw = pair.get(1);
    String canonical = (raw == null) ? null : canonical(name, raw);
    if (canonical == null) {
      return;
    }
    RemoteKey remote = parts.layout().key(KeyAddress.of(canonical, parts.layout().partitions()));
    if (!remote.entry().equals(name) || recovery.hides(remote)) {
      return;
    }
    Seen<V> seen = look.seen(remote, pair, now);
    if (seen.live() == null && seen.expired() == null) {
      return;
    }
    K key = parts.entries().key(remote);
    if (key == null) {
      return;
    }
    if (seen.live() != null) {
      found.add(new SimpleImmutableEntry<>(key, seen.live()));
    } else {
      expirations.noteNow(key, remote);
    }
  }

  /** The whole text of a key that may be too long for its name. */
  private @Nullable String canonical(String name, byte[] raw) {
    String inside = Envelope.key(raw);
    return (inside == null) ? parts.layout().tail(name) : inside;
  }
}
