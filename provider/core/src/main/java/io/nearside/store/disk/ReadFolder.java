package io.nearside.store.disk;

import io.nearside.codec.KeyCodec;
import io.nearside.codec.UnreadableException;
import io.nearside.observe.Seldom;
import io.nearside.observe.Thrown;
import io.nearside.store.Clock;
import io.nearside.store.Heats;
import io.nearside.store.ReadLog;
import io.nearside.store.SystemRandom;
import io.nearside.store.disk.KeySeals.Seal;
import io.nearside.store.disk.ReadsFile.Damaged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps which keys of a cache were read in a directory, in one file for each run of a node, which
 * it replaces as a whole; so nodes that share the directory share what they know, and need agree on
 * nothing. What is not whole, or not ours, is skipped. Thread-safe.
 */
public final class ReadFolder<K> implements ReadLog<K> {
  /** The files of one cache; beyond it the oldest go. */
  static final int MAXIMUM_FILES = 64;

  private static final String SECRET = "nearside-reads.secret";
  private static final String END = ".reads";
  private static final String TEMPORARY_END = ".reads.tmp";
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.load");

  private final Terms terms;
  private final KeyCodec codec;
  private final Clock clock;
  private final byte[] secret;
  private final String prefix;
  private final Path file;
  private final Path temporary;
  private final AtomicLong failedWrites = new AtomicLong();
  private final AtomicLong nameless = new AtomicLong();

  /** One writer at a time; guards the one below. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean destroyed;

  /**
   * What is to be kept, and where.
   *
   * @param clear whether keys may be kept as they are
   * @param maximumKeys over 0
   */
  public record Terms(String cache, Path directory, boolean clear, int maximumKeys) {}

  private ReadFolder(Terms terms, KeyCodec codec, Clock clock) throws IOException {
    String run = HexFormat.of().formatHex(SystemRandom.secret(8));
    this.terms = terms;
    this.codec = codec;
    this.clock = clock;
    this.prefix = FileNames.start(terms.cache) + ".";
    this.file = terms.directory.resolve(prefix + run + END);
    this.temporary = terms.directory.resolve(prefix + run + TEMPORARY_END);
    this.secret = secret();
  }

  /**
   * Opens the record of a cache.
   *
   * @throws CacheException if the directory is not there, or can't be written
   */
  public static <K> ReadFolder<K> open(Terms terms, KeyCodec codec, Clock clock) {
    Path directory = terms.directory;
    if (!Files.isDirectory(directory)) {
      throw refused(
          terms,
          "must be a directory, but "
              + directory
              + (Files.exists(directory)
                  ? " is none"
                  : " is not there: make it, or mount its volume"),
          null);
    }
    try {
      ReadFolder<K> folder = new ReadFolder<>(terms, codec, clock);
      folder.clean();
      return folder;
    } catch (IOException e) {
      throw refused(
          terms,
          directory
              + " can't be used ("
              + e
              + "): let the process's user read and write it, or take the setting out",
          e);
    }
  }

  private static CacheException refused(Terms terms, String problem, @Nullable Throwable cause) {
    return new CacheException(
        "cache \"" + terms.cache + "\": warm.record.directory " + problem, cause);
  }

  /** That of all caches of the directory; the first one makes it. */
  private byte[] secret() throws IOException {
    Path path = terms.directory.resolve(SECRET);
    byte[] fresh = SystemRandom.secret(KeySeals.SECRET_BYTES);
    OwnerFiles.makeIfAbsent(path, temporary, fresh); // and shows whether it can be written
    byte[] found = Files.readAllBytes(path);
    if (found.length != fresh.length) {
      LOG.warn(
          "cache \"{}\": {} is damaged and is made anew, so what was recorded by its hashes is"
              + " lost; see who else writes there",
          terms.cache,
          path);
      OwnerFiles.replace(path, temporary, fresh);
      found = Files.readAllBytes(path);
    }
    return found;
  }

  private KeySeals seals() {
    return new KeySeals(secret, terms.cache);
  }

  @Override
  public void write(Collection<Read<K>> reads) {
    lock.lock();
    try {
      if (destroyed) {
        return;
      }
      long now = clock.wallMillis();
      OwnerFiles.replace(file, temporary, content(reads, now).bytes());
      Files.setLastModifiedTime(file, FileTime.fromMillis(now));
      clean();
    } catch (IOException e) {
      long times = failedWrites.incrementAndGet();
      if (Seldom.isTold(times)) {
        LOG.warn(
            "cache \"{}\": {} (warm.record.directory) can't be written; what was read is not"
                + " recorded ({} times so far); see to its rights and room: {}",
            terms.cache,
            file,
            times,
            e.toString());
      }
    } finally {
      lock.unlock();
    }
  }

  private ReadsFile content(Collection<Read<K>> reads, long now) {
    KeySeals seals = seals();
    List<ReadsFile.Key> keys = new ArrayList<>();
    for (Read<K> read : reads) {
      byte[] key = bytes(read.key(), seals);
      if (key != null) {
        keys.add(new ReadsFile.Key(key, (float) read.heat(), read.readMillis()));
      }
    }
    return new ReadsFile(terms.clear, seals.id(), now, keys);
  }

  private byte @Nullable [] bytes(K key, KeySeals seals) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    byte[] bytes = terms.clear ? text.getBytes(StandardCharsets.UTF_8) : seals.of(text).bytes();
    return bytes.length > ReadsFile.MAXIMUM_KEY_BYTES ? null : bytes;
  }

  /** Null if the key has none. */
  private @Nullable String text(K key) {
    try {
      return codec.encode(key);
    } catch (CacheException e) {
      if (nameless.getAndIncrement() == 0) {
        LOG.warn(
            "cache \"{}\": keys that have no text are not recorded (warm.record.directory); use keys"
                + " that have one, or give them a KeyForm: {}",
            terms.cache,
            Thrown.shown(e));
      }
      return null;
    }
  }

  @Override
  public boolean isClear() {
    return terms.clear;
  }

  @Override
  public List<K> hottest() {
    List<K> keys = new ArrayList<>();
    Heats<String> texts = new Heats<>(terms.maximumKeys);
    long now = clock.wallMillis();
    forEach((found, key) -> {
      if (found.clear()) {
        texts.add(utf8(key), heat(found, key, now), key.readMillis(), now);
      }
    });
    for (Read<String> read : texts.hottest(now)) {
      K key = decoded(read.key());
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  @SuppressWarnings("unchecked") // a key of another type is refused by who loads it
  private @Nullable K decoded(String text) {
    try {
      return (K) codec.decode(text);
    } catch (UnreadableException e) {
      LOG.debug("cache \"{}\": a recorded key can't be read", terms.cache, e);
      return null;
    }
  }

  @Override
  public ToDoubleFunction<K> heats() {
    KeySeals seals = seals();
    Heats<Seal> known = new Heats<>(terms.maximumKeys);
    long now = clock.wallMillis();
    forEach((found, key) -> {
      Seal seal = found.clear() ? seals.of(utf8(key)) : Seal.of(ByteBuffer.wrap(key.bytes()));
      known.add(seal, heat(found, key, now), key.readMillis(), now);
    });
    Map<Seal, Double> heats = new HashMap<>();
    known.hottest(now).forEach(read -> heats.put(read.key(), read.heat()));
    return key -> {
      String text = text(key);
      return (text == null) ? 0 : heats.getOrDefault(seals.of(text), 0.0);
    };
  }

  private static String utf8(ReadsFile.Key key) {
    return new String(key.bytes(), StandardCharsets.UTF_8);
  }

  private static double heat(ReadsFile found, ReadsFile.Key key, long now) {
    return ReadLog.faded(key.heat(), now - found.writtenMillis());
  }

  /** All keys of all files that can be read and were written within the window. */
  private void forEach(BiConsumer<ReadsFile, ReadsFile.Key> each) {
    long now = clock.wallMillis();
    for (Path path : files()) {
      ReadsFile found = read(path);
      if (found != null && Math.abs(now - found.writtenMillis()) <= WINDOW_MILLIS) {
        found.keys().forEach(key -> each.accept(found, key));
      }
    }
  }

  private @Nullable ReadsFile read(Path path) {
    try {
      if (Files.size(path) > ReadsFile.MAXIMUM_BYTES) {
        throw new Damaged("it is larger than any");
      }
      ReadsFile found = ReadsFile.of(Files.readAllBytes(path));
      if (!found.clear() && found.sealsId() != seals().id()) {
        throw new Damaged("its keys were hashed by another secret than is in " + SECRET);
      }
      return found;
    } catch (NoSuchFileException e) {
      return null; // it was too old
    } catch (Damaged | IOException e) {
      LOG.warn(
          "cache \"{}\": {} (warm.record.directory) can't be read and is skipped; delete it if"
              + " it does not go by itself: {}",
          terms.cache,
          path,
          e.getMessage());
      return null;
    }
  }

  /** Those of this cache, the newest first. */
  private List<Path> files() {
    try {
      return listed(END).stream().limit(MAXIMUM_FILES).toList();
    } catch (IOException e) {
      LOG.warn(
          "cache \"{}\": {} (warm.record.directory) can't be listed, and nothing is warmed from"
              + " it; see to its rights: {}",
          terms.cache,
          terms.directory,
          e.toString());
      return List.of();
    }
  }

  /** The newest first. */
  private List<Path> listed(String end) throws IOException {
    Map<Path, Long> times = new HashMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(terms.directory, this::isOwn)) {
      for (Path path : all) {
        if (path.toString().endsWith(end)) {
          times.put(path, modified(path));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return times.keySet().stream()
        .sorted(Comparator.comparing(times::get, Comparator.reverseOrder()))
        .toList();
  }

  private boolean isOwn(Path path) {
    String name = Objects.requireNonNull(path.getFileName()).toString();
    return name.startsWith(prefix) && (name.endsWith(END) || name.endsWith(TEMPORARY_END));
  }

  private static long modified(Path path) throws IOException {
    try {
      return Files.getLastModifiedTime(path).toMillis();
    } catch (NoSuchFileException e) {
      return Long.MIN_VALUE; // it has gone meanwhile
    }
  }

  /** Deletes what is too old, and what is too many. */
  private void clean() throws IOException {
    long oldest = clock.wallMillis() - WINDOW_MILLIS;
    int left = MAXIMUM_FILES;
    for (Path path : listed("")) {
      if (modified(path) < oldest || left <= 0) {
        Files.deleteIfExists(path);
      } else {
        left--;
      }
    }
  }

  @Override
  public void destroy() {
    lock.lock();
    try {
      destroyed = true;
      for (Path path : listed("")) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.warn(
          "cache \"{}\": what was recorded in {} (warm.record.directory) can't be deleted; delete it"
              + " by hand: {}",
          terms.cache,
          terms.directory,
          e.toString());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {} // each call opens and closes its files
}
