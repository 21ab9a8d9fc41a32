package io.nearside.store.disk;

import io.nearside.codec.UnreadableException;
import io.nearside.store.Trouble;
import io.nearside.store.WriteLog;
import io.nearside.store.disk.Committer.Step;
import io.nearside.store.disk.WriteForm.Parked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.cache.CacheException;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps waiting writes in a file, where they are safe from the end of the JVM and of the machine.
 * What many threads ask for meanwhile one flush of the disk does. Thread-safe.
 */
public final class DiskLog<K, V> implements WriteLog<K, V> {
  /** For how long a write waits for the disk at most. */
  static final long LONGEST_WAIT_SECONDS = 60;

  private static final String NEEDED = "org.h2.mvstore.MVStore";

  private final String cache;
  private final String name;
  private final WriteForm<K, V> form;
  private final long maximumBytes;
  private final Committer committer;
  private List<Found<K, V>> found;

  /** What each write takes that is kept, or is being added. */
  private final Map<Long, Long> sizes = new ConcurrentHashMap<>();

  private final AtomicLong bytes = new AtomicLong();

  /**
   * Opens the log, and reads what is in it.
   *
   * @param name of the file, in a directory that is there
   * @param maximumBytes what waiting writes may take
   * @throws CacheException if the file can't be used, or what is in it can't be read
   */
  DiskLog(String cache, String name, WriteForm<K, V> form, long maximumBytes) {
    this.cache = cache;
    this.name = name;
    this.form = form;
    this.maximumBytes = maximumBytes;
    LogFile file = LogFile.open(cache, name);
    try {
      this.found = read(file);
    } catch (RuntimeException | Error e) {
      file.abandon();
      throw e;
    }
    this.committer = new Committer(cache, file, sizes::containsKey);
    committer.start();
  }

  /**
   * Opens the log of a cache in a directory.
   *
   * @param maximumBytes what waiting writes may take
   * @throws CacheException if the directory or the library is missing, the file can't be used, or
   *     what is in it can't be read
   */
  public static <K, V> DiskLog<K, V> open(
      String cache, Path directory, WriteForm<K, V> form, long maximumBytes) {
    requireLibrary(cache, NEEDED);
    if (!Files.isDirectory(directory)) {
      throw new CacheException(
          "cache \""
              + cache
              + "\": writeBehind.journal must be a directory, but "
              + directory
              + (Files.exists(directory)
                  ? " is none"
                  : " is not there: make it, or mount its volume"));
    }
    return new DiskLog<>(
        cache, directory.resolve(FileNames.of(cache)).toString(), form, maximumBytes);
  }

  static void requireLibrary(String cache, String type) {
    try {
      Class.forName(type, false, DiskLog.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new CacheException(
          "cache \""
              + cache
              + "\": writeBehind.journal needs a library that is not on the class path; add"
              + " com.h2database:h2-mvstore, or take the setting out",
          e);
    }
  }

  private List<Found<K, V>> read(LogFile file) {
    Map<Long, Parked> parked = file.parked();
    Map<K, Found<K, V>> newest = new HashMap<>();
    file.forEach((version, write) -> {
      Found<K, V> one = read(version, write, parked.get(version));
      Found<K, V> older = newest.put(one.key(), one);
      if (older != null) {
        take(older.version());
      }
      keep(version, write.length);
    });
    return newest.values().stream().sorted(Comparator.comparingLong(Found::version)).toList();
  }

  private Found<K, V> read(long version, byte[] write, @Nullable Parked parked) {
    try {
      return form.read(version, write, parked);
    } catch (UnreadableException e) {
      String problem =
          "holds a write that can't be read ("
              + e.getMessage()
              + "): bring back the class or codec it was written with, or a whole copy of the file,"
              + " or move it away to begin without its writes";
      throw LogFile.refused(cache, name, problem, e);
    }
  }

  private void keep(long version, long size) {
    sizes.put(version, size);
    bytes.addAndGet(size);
  }

  private void take(long version) {
    Long size = sizes.remove(version);
    if (size != null) {
      bytes.addAndGet(-size);
    }
  }

  @Override
  public List<Found<K, V>> found() {
    List<Found<K, V>> once = found;
    found = List.of(); // they are the caller's now
    return once;
  }

  @Override
  public Form form(K key, @Nullable V value) {
    Form made = form.form(key, value);
    if (made.bytes() > maximumBytes) {
      throw new CacheWriterException(
          "cache \""
              + cache
              + "\": a write of "
              + made.bytes()
              + " bytes can't wait where at most "
              + maximumBytes
              + " may (writeBehind.maximumBytes), so nothing was changed");
    }
    return made;
  }

  @Override
  public boolean hasRoom(long more) {
    return bytes.get() + more <= maximumBytes;
  }

  @Override
  public Receipt add(Addition addition, Outcome outcome) {
    byte[] write = form.bytes(addition);
    keep(addition.version(), write.length);
    Adding adding =
        new Adding(
            "cache \"" + cache + "\": its journal " + name + " ",
            addition,
            write,
            counted(addition, outcome),
            late -> inPassing(file -> late.revert(file, sizes::containsKey)));
    if (!committer.add(adding)) {
      adding.refuse("it is closed");
    }
    return adding;
  }

  private Outcome counted(Addition addition, Outcome outcome) {
    return new Outcome() {
      @Override
      public void safe() {
        addition.replaced().forEach(DiskLog.this::take);
        outcome.safe();
      }

      @Override
      public void refused() {
        take(addition.version());
        outcome.refused();
      }
    };
  }

  @Override
  public void remove(Collection<Long> versions) {
    List<Long> gone = List.copyOf(versions);
    gone.forEach(this::take);
    inPassing(file -> gone.forEach(file::remove));
  }

  @Override
  public void park(long version, int attempts, String failure) {
    inPassing(file -> file.park(version, new Parked(attempts, failure)));
  }

  @Override
  public void unpark(long version) {
    inPassing(file -> file.unpark(version));
  }

  /** Nobody waits for it; when it fails the file is put right as soon as it can be. */
  private void inPassing(Consumer<LogFile> change) {
    boolean unused = committer.add(new Passing(change, new CompletableFuture<>()));
  }

  private record Passing(Consumer<LogFile> change, CompletableFuture<Boolean> onDisk)
      implements Step {
    @Override
    public void apply(LogFile file) {
      change.accept(file);
    }

    @Override
    public void done() {
      onDisk.complete(true);
    }

    @Override
    public void failed(Throwable why, Map<Long, byte[]> missing) {
      onDisk.complete(false);
    }
  }

  @Override
  public boolean flush() {
    CompletableFuture<Boolean> onDisk = new CompletableFuture<>();
    if (!committer.add(new Passing(file -> {}, onDisk))) {
      return false;
    }
    try {
      return onDisk.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  @Override
  public @Nullable Trouble trouble() {
    return committer.trouble();
  }

  @Override
  public String place() {
    return name;
  }

  @Override
  public void close() {
    committer.close();
  }
}
