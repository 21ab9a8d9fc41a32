package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Removes all that Redis holds of a cache, and nothing else: with a lost head a partition's entries
 * are worthless, so the script that sweeps deletes them, and only what Nearside has written. Goes
 * on until a walk finds nothing, since other nodes may write meanwhile.
 */
final class Destruction {
  static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final StoreParts<?, ?> parts;
  private final Sweeper sweeper;
  private final long deadline;
  private long removed;

  Destruction(StoreParts<?, ?> parts) {
    this.parts = parts;
    this.sweeper = new Sweeper(parts);
    this.deadline = parts.clock().nanos() + LONGEST_NANOS;
  }

  /**
   * @throws CacheException if that can't be done within {@link #LONGEST_NANOS}, or Redis is away
   */
  void run() {
    try {
      long before;
      do {
        before = removed;
        removed += sweeper.sweep(Sweeper.Pace.FAST, this::check);
        deleteOthers();
      } while (removed > before);
    } catch (RemoteUnavailableException e) {
      throw left("Redis went away", e);
    }
  }

  private void check() {
    if (parts.clock().nanos() > deadline) {
      throw left("it took over " + TimeUnit.NANOSECONDS.toSeconds(LONGEST_NANOS) + " s", null);
    }
  }

  private CacheException left(String why, @Nullable Throwable cause) {
    return new CacheException(
        "cache \""
            + parts.settings().cacheName()
            + "\" was cleared, but not all of it removed from Redis: "
            + why
            + " after "
            + removed
            + " keys; what is left, named "
            + parts.layout().everythingPattern()
            + ", is never read again; destroy the cache once more",
        cause);
  }

  /** Heads, leases, turns, and entries of ours that the script that sweeps can't read. */
  private void deleteOthers() {
    ScanCursor cursor = ScanCursor.START;
    while (!cursor.equals(ScanCursor.END)) {
      check();
      ScanPage page =
          parts.connection().scan(cursor, parts.layout().everythingPattern(), StoreParts.CHUNK);
      List<String> others = new ArrayList<>();
      List<String> entries = new ArrayList<>();
      for (String name : page.keys()) {
        if (parts.layout().partitionOf(name) >= 0) {
          (parts.layout().tail(name) == null ? others : entries).add(name);
        }
      }
      others.addAll(ours(entries));
      if (!others.isEmpty()) {
        removed += parts.connection().unlink(others);
      }
      cursor = page.next();
    }
  }

  /** Those that Nearside has written, whatever has become of them since. */
  private List<String> ours(List<String> entries) {
    List<String> ours = new ArrayList<>();
    List<@Nullable List<byte @Nullable []>> values =
        parts.connection().readAll(entries.stream().map(List::of).toList());
    for (int i = 0; i < entries.size(); i++) {
      List<byte @Nullable []> value = values.get(i);
      if (value == null) {
        throw parts.unavailable("a master does not answer", null);
      }
      byte[] raw = value.get(0);
      if (raw != null && isOurs(Envelope.parse(raw, ""))) {
        ours.add(entries.get(i));
      }
    }
    return ours;
  }

  private static boolean isOurs(Envelope.Parsed parsed) {
    return !(parsed instanceof Envelope.Unreadable unreadable
        && unreadable.reason() == Envelope.Reason.FOREIGN);
  }
}
