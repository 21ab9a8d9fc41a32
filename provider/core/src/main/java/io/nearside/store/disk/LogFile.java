package io.nearside.store.disk;

import io.nearside.store.disk.WriteForm.Parked;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import javax.cache.CacheException;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/**
 * The file: writes by version, so that new ones come at its end and old ones go from its beginning.
 * What is changed counts from {@link #commit} on, all of it or nothing. For one thread, which must
 * not be interrupted: the file's channel would close.
 */
final class LogFile {
  /** How long what was given up is not written over, beside the versions that are kept. */
  private static final int RETENTION_MILLIS = 1_000;

  private static final int CACHE_MEGABYTES = 2;
  private static final long WORTH_COMPACTING = 16L << 20;
  private static final int FULL_ENOUGH_PERCENT = 50;
  private static final long LARGE_AT_REST = 1L << 20;
  private static final int COMPACTION_MILLIS = 200;

  private final String cache;
  private final String name;
  private final MVStore store;
  private final MVMap<Long, byte[]> writes;
  private final MVMap<Long, byte[]> parked;

  private LogFile(String cache, String name, MVStore store) {
    this.cache = cache;
    this.name = name;
    this.store = store;
    this.writes = map("writes");
    this.parked = map("parked");
  }

  private MVMap<Long, byte[]> map(String map) {
    return store.openMap(
        map,
        new MVMap.Builder<Long, byte[]>()
            .keyType(LongDataType.INSTANCE)
            .valueType(ByteArrayDataType.INSTANCE));
  }

  /**
   * Opens it, or makes it.
   *
   * @throws CacheException if another one has it, it is damaged, or the disk refuses
   */
  static LogFile open(String cache, String name) {
    MVStore store = null;
    try {
      store =
          new MVStore.Builder()
              .fileName(name)
              .autoCommitDisabled()
              .autoCompactFillRate(0)
              .cacheSize(CACHE_MEGABYTES)
              .open();
      store.setRetentionTime(RETENTION_MILLIS);
      if (store.isReadOnly()) {
        throw refused(cache, name, "can't be written: let the process's user write it", null);
      }
      LogFile file = new LogFile(cache, name, store);
      file.commit(); // whether it can be written shows now
      return file;
    } catch (RuntimeException e) {
      if (store != null) {
        store.closeImmediately();
      }
      throw (e instanceof CacheException known) ? known : refused(cache, name, e);
    }
  }

  private static CacheException refused(String cache, String name, RuntimeException e) {
    int code = (e instanceof MVStoreException known) ? known.getErrorCode() : 0;
    String problem =
        switch (code) {
          case DataUtils.ERROR_FILE_LOCKED ->
              "is in use by another process, or by another cache manager of this one: give each a"
                  + " directory of its own";
          case DataUtils.ERROR_FILE_CORRUPT,
              DataUtils.ERROR_UNSUPPORTED_FORMAT,
              DataUtils.ERROR_CHUNK_NOT_FOUND,
              DataUtils.ERROR_SERIALIZATION ->
              damaged(e.getMessage());
          default -> "can't be opened (" + e.getMessage() + "): see to the disk and its rights";
        };
    return refused(cache, name, problem, e);
  }

  static String damaged(@Nullable String why) {
    return "is damaged, and with it writes that the source has not got ("
        + why
        + "): bring it back from a backup, or move it away to begin without them";
  }

  static CacheException refused(
      String cache, String name, String problem, @Nullable Throwable cause) {
    return new CacheException(
        "cache \"" + cache + "\": its journal " + name + " (writeBehind.journal) " + problem,
        cause);
  }

  String name() {
    return name;
  }

  /** All writes, by version. */
  void forEach(BiConsumer<Long, byte[]> each) {
    checked(() -> writes.forEach(each));
  }

  /** What is not tried any more. */
  Map<Long, Parked> parked() {
    Map<Long, Parked> all = new TreeMap<>();
    checked(() -> parked.forEach((version, bytes) -> all.put(version, Parked.of(bytes))));
    return all;
  }

  private void checked(Runnable reading) {
    try {
      reading.run();
    } catch (MVStoreException e) {
      throw refused(cache, name, e);
    }
  }

  void put(long version, byte[] write) {
    writes.put(version, write);
  }

  boolean has(long version) {
    return writes.containsKey(version);
  }

  /** Returns what was there. */
  byte @Nullable [] remove(long version) {
    parked.remove(version);
    return writes.remove(version);
  }

  void park(long version, Parked why) {
    if (writes.containsKey(version)) {
      parked.put(version, why.bytes());
    }
  }

  void unpark(long version) {
    parked.remove(version);
  }

  /** Returns when all is on disk. */
  void commit() {
    store.commit();
    store.sync();
  }

  /** Keeps the file from growing with what has gone; after many commits. */
  void compact() {
    if (store.getFileStore().size() > WORTH_COMPACTING) {
      store.compact(FULL_ENOUGH_PERCENT, (int) WORTH_COMPACTING);
    }
  }

  /** Gives the disk back what is not needed; while there is nothing else to do. */
  void shrink() {
    if (store.getFileStore().size() > LARGE_AT_REST) {
      store.compactFile(COMPACTION_MILLIS);
      store.sync();
      store.setRetentionTime(RETENTION_MILLIS);
    }
  }

  long size() {
    return store.getFileStore().size();
  }

  void close() {
    store.close();
  }

  /** After a failure: what was not committed is gone. */
  void abandon() {
    store.closeImmediately();
  }
}
