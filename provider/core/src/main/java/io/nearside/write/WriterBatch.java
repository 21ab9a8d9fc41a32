package io.nearside.write;

import io.nearside.observe.Thrown;
import io.nearside.store.WriteVersion;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some writes that the writer is called for at once: one call for the values, one for the removals.
 * For one thread.
 */
final class WriterBatch<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.write");

  private final String cache;
  private final DirectWrites<K, V> writer;
  private final Map<K, V> puts = new LinkedHashMap<>();
  private final Set<K> removals = new HashSet<>();
  private final Map<Object, WriteVersion> versions = new HashMap<>();
  private final Set<K> taken = new HashSet<>();
  private Failure failure = Failure.SILENT;

  /**
   * Why writes were not taken.
   *
   * @param told by the writer, for who looks at parked writes; may hold keys and values
   * @param shown the same for logs; holds none
   */
  record Failure(String told, String shown) {
    private static final String NOTHING =
        "the writer ended without an exception, and without taking it";
    static final Failure SILENT = new Failure(NOTHING, NOTHING);
  }

  WriterBatch(String cache, DirectWrites<K, V> writer) {
    this.cache = cache;
    this.writer = writer;
  }

  /**
   * @param value null deletes
   * @param version grows with each change of the key
   */
  void add(K key, @Nullable V value, long version) {
    versions.put(key, WriteVersion.of(version));
    if (value == null) {
      removals.add(key);
    } else {
      puts.put(key, value);
    }
  }

  /** Calls the writer; returns the keys whose writes it has taken. Throws nothing. */
  Set<K> deliver() {
    try {
      note(put());
      note(remove());
    } catch (Throwable e) { // whatever it was, nothing may be lost
      fail(e.toString(), e);
      LOG.debug("cache \"{}\": the writer ended by an error", cache, e);
    } finally {
      boolean unused = Thread.interrupted(); // a writer may leave one that is not for the queue
    }
    return taken;
  }

  /** Why it has not taken the others. */
  Failure failure() {
    return failure;
  }

  private void note(Writes.Bulk<K> bulk) {
    taken.addAll(bulk.taken());
    if (bulk.failure() != null) {
      fail(String.valueOf(bulk.failure().getMessage()), bulk.failure());
      LOG.debug("cache \"{}\": the writer failed", cache, bulk.failure());
    }
  }

  private void fail(String told, Throwable thrown) {
    if (failure == Failure.SILENT) {
      failure = new Failure(told, Thrown.shown(thrown));
    }
  }

  private WriteVersion version(K key) {
    return versions.getOrDefault(key, WriteVersion.UNKNOWN);
  }

  private Writes.Bulk<K> put() {
    if (puts.size() != 1) {
      return puts.isEmpty()
          ? new Writes.Bulk<>(Set.of(), null)
          : writer.writeAll(puts, this::version);
    }
    Map.Entry<K, V> only = puts.entrySet().iterator().next();
    try {
      writer.write(only.getKey(), only.getValue(), version(only.getKey()));
      return new Writes.Bulk<>(puts.keySet(), null);
    } catch (CacheWriterException e) {
      return new Writes.Bulk<>(Set.of(), e);
    }
  }

  private Writes.Bulk<K> remove() {
    if (removals.size() != 1) {
      return removals.isEmpty()
          ? new Writes.Bulk<>(Set.of(), null)
          : writer.deleteAll(removals, this::version);
    }
    try {
      K only = removals.iterator().next();
      writer.delete(only, version(only));
      return new Writes.Bulk<>(removals, null);
    } catch (CacheWriterException e) {
      return new Writes.Bulk<>(Set.of(), e);
    }
  }
}
