package io.nearside.store.remote;

import io.nearside.codec.Envelope;
import io.nearside.codec.Envelope.Unreadable;
import io.nearside.codec.Envelope.View;
import io.nearside.codec.EnvelopeContent;
import io.nearside.codec.EnvelopeContent.KeyPlace;
import io.nearside.codec.EnvelopeContent.Packing;
import io.nearside.codec.Head;
import io.nearside.codec.KeyAddress;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.Payload;
import io.nearside.codec.UnreadableException;
import io.nearside.codec.ValueCodec;
import io.nearside.observe.Count;
import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import io.nearside.store.FetchedEntry;
import io.nearside.store.HotEntry;
import io.nearside.store.Notes;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.remote.RemoteCounters.Oddity;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Between a cache's keys and entries and what Redis holds of them. What can't be read counts as
 * missing, and is counted. Thread-safe.
 */
final class Entries<K, V> {
  private static final long MICROS = 1_000;

  /** Of long keys, for each cache; some thousands of them. */
  private static final long MOST_CHARACTERS = 1 << 22;

  private static final Packing[] PACKINGS = Packing.values();

  private final String cacheName;
  private final Layout layout;
  private final KeyCodec keys;
  private final ValueCodec values;
  private final RemoteCounters counters;
  private final Recorder recorder;

  private volatile @Nullable LongKeys longKeys;

  /** Near the largest of the entries of late; a guess that need not be exact. */
  private volatile long typicalBytes = 1024;

  /**
   * @param counters of what can't be read
   * @param recorder is told of bytes, and of coding
   */
  Entries(StoreSettings settings, Layout layout, RemoteCounters counters, Recorder recorder) {
    this.cacheName = settings.cacheName();
    this.layout = layout;
    this.keys = settings.keys();
    this.values = settings.values();
    this.counters = counters;
    this.recorder = recorder;
  }

  /**
   * Where a key lies.
   *
   * @throws CacheException if the key has no canonical form
   */
  RemoteKey locate(K key) {
    KeyAddress address = KeyAddress.of(keys.encode(key), layout.partitions());
    LongKeys noting = longKeys;
    if (noting != null) {
      noting.note(address);
    }
    return layout.key(address);
  }

  /** The long ones of the keys that are located from now on. */
  LongKeys noteLongKeys() {
    LongKeys noting = new LongKeys(MOST_CHARACTERS);
    longKeys = noting;
    return noting;
  }

  /**
   * The key that a walk has found.
   *
   * @return null if it is not one of the cache's, or its whole text is not known
   */
  @Nullable K key(RemoteKey remote) {
    try {
      return uncheckedKey(keys.decode(remote.canonical()));
    } catch (UnreadableException e) {
      counters.count(Oddity.UNDECODABLE, remote.canonical(), "its key: " + e.getMessage());
      return null;
    }
  }

  @SuppressWarnings("unchecked") // whoever wrote it under this cache's name had its types
  private K uncheckedKey(Object key) {
    return (K) key;
  }

  @SuppressWarnings("unchecked") // likewise
  private V uncheckedValue(Object value) {
    return (V) value;
  }

  /**
   * What a script is to store.
   *
   * @param notes what the entry is to remember beside the value
   * @throws CacheException if the value is too large or can't be encoded
   */
  byte[] client(RemoteKey key, V value, Notes notes, long nonce) {
    Payload payload = payload(key, value);
    learn(payload.bytes().length);
    recorder.add(Count.BYTES_OUT, payload.bytes().length);
    return Envelope.client(
        new EnvelopeContent(
            nonce,
            payload.codecId(),
            PACKINGS[payload.compression()],
            0,
            key.canonical(),
            key.address().isHashed() ? KeyPlace.ENVELOPE : KeyPlace.REDIS_KEY,
            notes.tags(),
            notes.validator(),
            payload.bytes()));
  }

  /** How many bytes an entry has, as far as the last ones tell: rather too many than too few. */
  long typicalBytes() {
    return typicalBytes;
  }

  private void learn(int bytes) {
    long before = typicalBytes;
    long now = Math.max(bytes, before - before / 64);
    if (now != before) {
      typicalBytes = now;
    }
  }

  private Payload payload(RemoteKey key, V value) {
    Running running = recorder.begin(Step.CODEC, "encode");
    try {
      return values.encode(value);
    } catch (CacheException e) {
      throw new CacheException(
          e.getMessage() + " (key #" + KeyHash.of(key.canonical()) + ")", e.getCause());
    } finally {
      Running.end(running, null);
    }
  }

  /**
   * What is there of a key.
   *
   * @param head of its partition, as it was when the entry was read
   * @param raw the entry's bytes, null for none
   * @param now by {@link io.nearside.store.Clock#nanos}
   */
  Seen<V> seen(
      RemoteKey key, @Nullable Head head, byte @Nullable [] raw, ServerClock server, long now) {
    if (raw == null) {
      return Seen.nothing();
    }
    learn(raw.length);
    View view = view(key, raw);
    if (view == null) {
      Envelope.Stamp stamp = Envelope.stamp(raw);
      return (stamp == null)
          ? Seen.nothing()
          : Seen.unreadable(new Identity(stamp.version(), stamp.nonce()));
    }
    if (!view.isCurrent(head)) {
      return Seen.nothing();
    }
    if (!view.isLive(head, server.microsAt(now) / MICROS)) {
      return view.told() ? Seen.nothing() : Seen.expired(view);
    }
    VersionedEntry<V> entry = entry(key, view, server);
    return (entry == null) ? Seen.unreadable(identity(view)) : Seen.live(entry);
  }

  static Identity identity(View view) {
    return new Identity(view.version(), view.nonce());
  }

  /** An envelope that is whole; null for anything else, which is counted. */
  @Nullable View view(RemoteKey key, byte[] raw) {
    recorder.add(Count.BYTES_IN, raw.length);
    Envelope.Parsed parsed = Envelope.parse(raw, key.canonical());
    if (parsed instanceof View view) {
      return view;
    }
    Oddity oddity =
        switch (((Unreadable) parsed).reason()) {
          case FOREIGN -> Oddity.FOREIGN;
          case TRUNCATED -> Oddity.TRUNCATED;
          case FUTURE -> Oddity.FUTURE;
          case CORRUPT -> Oddity.CORRUPT;
          case WRONG_KEY -> Oddity.WRONG_KEY;
        };
    counters.count(oddity, key.canonical(), "");
    return null;
  }

  /** The entry of an envelope; null if its value can't be read, which is counted. */
  @Nullable VersionedEntry<V> entry(RemoteKey key, View view, ServerClock server) {
    V value = value(key, view);
    if (value == null) {
      return null;
    }
    VersionedEntry<V> entry =
        new VersionedEntry<>(
            value,
            identity(view),
            expiresAt(view.expiresAt(), server),
            view.ownLife(),
            server.nanosAt(view.createdAt() * MICROS),
            server.nanosAt(view.version()));
    Notes notes = Notes.of(view.validator(), view.tags());
    return view.hot()
        ? new HotEntry<>(entry, notes)
        : new FetchedEntry<>(entry, view.generation(), notes);
  }

  private @Nullable V value(RemoteKey key, View view) {
    Running running = recorder.begin(Step.CODEC, "decode");
    try {
      return uncheckedValue(
          values.decode(
              view.codec(),
              view.compression().ordinal(),
              view.raw(),
              view.payloadOffset(),
              view.payloadLength()));
    } catch (UnreadableException e) {
      counters.count(Oddity.UNDECODABLE, key.canonical(), String.valueOf(e.getMessage()));
      return null;
    } finally {
      Running.end(running, null);
    }
  }

  /** The value in what {@link #client} made; null if it can't be read, which is counted. */
  @Nullable V value(RemoteKey key, byte[] client) {
    View view = view(key, Envelope.unserved(client));
    return (view == null) ? null : value(key, view);
  }

  /** In nanoseconds of the clock. */
  static long expiresAt(long serverMillis, ServerClock server) {
    return (serverMillis == 0) ? StoredEntry.NEVER : server.nanosAt(serverMillis * MICROS);
  }

  /** In milliseconds of the server, rounded up, 0 for never. */
  static long serverMillis(long expiresAt, ServerClock server) {
    return (expiresAt == StoredEntry.NEVER)
        ? 0
        : Math.max(1, (server.microsAt(expiresAt) + MICROS - 1) / MICROS);
  }

  /** Of a time that has come: rounded down, so that it has come for the server as well. */
  static long serverMillisPassed(long expiresAt, ServerClock server) {
    return Math.max(1, server.microsAt(expiresAt) / MICROS);
  }

  CacheException foreign(RemoteKey key) {
    return foreign(key.canonical());
  }

  /**
   * @param name of a key, or of what Nearside keeps beside them
   */
  CacheException foreign(String name) {
    counters.count(Oddity.FOREIGN, name, "");
    return new CacheException(
        "cache \""
            + cacheName
            + "\", key #"
            + KeyHash.of(name)
            + ": Redis holds something there that Nearside did not write, so it was not changed;"
            + " choose another namespace, or remove it from Redis");
  }
}
