package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import io.nearside.store.remote.Scripts.Moving;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Moves the expiry of entries that have been read. Thread-safe. */
final class Renewals<K, V> {
  /** The calls that are under way at once. */
  private static final int AT_ONCE = 500;

  private final StoreParts<K, V> parts;
  private final Expirations<K, V> expirations;

  Renewals(StoreParts<K, V> parts, Expirations<K, V> expirations) {
    this.parts = parts;
    this.expirations = expirations;
  }

  /** One renewal on its way. */
  private record Asked<K, V>(K key, RemoteKey remote, VersionedEntry<V> entry, long expiresAt) {}

  boolean renew(K key, StoredEntry<V> entry, long expiresAt) {
    if (!(entry instanceof VersionedEntry<V> versioned)) {
      return false;
    }
    Asked<K, V> asked = new Asked<>(key, parts.entries().locate(key), versioned, expiresAt);
    return renewed(
        asked,
        parts.scripts().renew(asked.remote.keys(), versioned.identity(), serverMillis(asked)));
  }

  /** All of a step at once, each with the same time to answer; no step follows an outage. */
  RenewedAll<K> renewAll(Map<? extends K, Renewal<V>> renewals, Moving moving) {
    RenewedAll<K> result = new RenewedAll<>(new HashSet<>(), new HashMap<>());
    List<Asked<K, V>> all = new ArrayList<>();
    renewals.forEach((key, renewal) -> {
      if (renewal.entry() instanceof VersionedEntry<V> entry) {
        all.add(new Asked<>(key, parts.entries().locate(key), entry, renewal.expiresAt()));
      } else {
        result.expired().add(key);
      }
    });
    RemoteUnavailableException away = null;
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<Asked<K, V>> step = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      if (away == null) {
        away = renewStep(step, moving, result);
        if (away == null) {
          CallTime.answered();
        }
      } else {
        RemoteUnavailableException known = away;
        step.forEach(asked -> result.failed().put(asked.key, known));
      }
    }
    return result;
  }

  /** The last failure, or null. */
  private @Nullable RemoteUnavailableException renewStep(
      List<Asked<K, V>> step, Moving moving, RenewedAll<K> result) {
    RemoteUnavailableException failure = null;
    List<CompletableFuture<ScriptStatus>> sent = new ArrayList<>();
    for (Asked<K, V> asked : step) {
      sent.add(send(asked, moving));
    }
    for (int i = 0; i < step.size(); i++) {
      Asked<K, V> asked = step.get(i);
      try {
        if (!renewed(asked, ScriptCalls.join(sent.get(i)))) {
          result.expired().add(asked.key);
        }
      } catch (RemoteUnavailableException e) {
        failure = e;
        result.failed().put(asked.key, e);
      }
    }
    return failure;
  }

  private CompletableFuture<ScriptStatus> send(Asked<K, V> asked, Moving moving) {
    try {
      return parts
          .scripts()
          .renewAsync(asked.remote.keys(), asked.entry.identity(), serverMillis(asked), moving);
    } catch (RemoteUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private long serverMillis(Asked<K, V> asked) {
    ServerClock server = parts.connection().serverClock(asked.remote.head());
    return (asked.expiresAt <= parts.clock().nanos())
        ? Entries.serverMillisPassed(asked.expiresAt, server)
        : Entries.serverMillis(asked.expiresAt, server);
  }

  private boolean renewed(Asked<K, V> asked, ScriptStatus status) {
    return switch (status) {
      case DONE -> {
        boolean live = asked.entry.renew(asked.expiresAt) != StoredEntry.SEALED;
        expirations.note(asked.key, asked.remote, asked.entry);
        yield live;
      }
      case LATE -> throw parts.late();
      // Replaced or removed meanwhile: it was live when it was read, and that is no expiry.
      default -> asked.entry.isLive(parts.clock().nanos());
    };
  }
}
