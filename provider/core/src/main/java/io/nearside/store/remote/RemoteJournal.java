package io.nearside.store.remote;

import io.nearside.ParkedWrite;
import io.nearside.RemoteUnavailableException;
import io.nearside.codec.Envelope;
import io.nearside.codec.KeyAddress;
import io.nearside.observe.Seldom;
import io.nearside.store.Coming;
import io.nearside.store.OperationTime.Use;
import io.nearside.store.WriteJournal;
import io.nearside.store.remote.QueueScripts.Portion;
import io.nearside.store.remote.QueueScripts.QueuedChange;
import io.nearside.store.remote.QueueScripts.Settled;
import io.nearside.store.remote.QueueScripts.SettledPart;
import io.nearside.store.remote.QueueScripts.Told;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of a cache's writes in Redis. A part is a partition: its writes lie in the slot of its
 * entries, so that one script changes an entry and adds its write. A turn is a token with an end by
 * Redis's clock, which is prolonged while its round goes on.
 */
final class RemoteJournal<K, V> implements WriteJournal<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.write");

  /** How long a node that has died holds up others. */
  static final long TURN_MILLIS = 5_000;

  /** What may go on between asking whether the turn holds and calling the writer. */
  private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS);

  /** Another node may be able to. */
  private static final Fate UNREADABLE =
      new Fate(Fate.Kind.FAILED, 10_000, "a node could not read it");

  private static final int MOST_BYTES = 256 << 10;

  /** Nobody waits for these calls, which may pass some MiB. */
  private static final long CALL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final StoreParts<K, V> parts;
  private final QueueScripts scripts;
  private final Evictions evictions;
  private final AtomicLong unreadable = new AtomicLong();
  private final AtomicLong overtaken = new AtomicLong();
  private volatile QueueSettings settings;
  private final long token;
  private final List<Integer> all = new ArrayList<>();
  private final Set<Integer> touched = ConcurrentHashMap.newKeySet();
  private final AtomicLong coalesced = new AtomicLong();
  private final SeenQueue seen;
  private volatile boolean admitted;
  private volatile boolean closing;
  private volatile @Nullable Open<K, V> open;

  /** The round that goes on. */
  private static final class Open<K, V> {
    final Round<K, V> round;
    final Map<K, RawWrite> raw;
    final Map<Integer, List<Settled>> unreadable;
    volatile long provedAt;
    volatile boolean lost;

    Open(Round<K, V> round, Decoding<K> decoding, long provedAt) {
      this.round = round;
      this.raw = decoding.raw;
      this.unreadable = decoding.unreadable;
      this.provedAt = provedAt;
    }
  }

  RemoteJournal(StoreParts<K, V> parts, QueueScripts scripts, QueueSettings settings) {
    this.parts = parts;
    this.scripts = scripts;
    this.evictions = scripts.evictions();
    this.settings = settings;
    this.token = parts.random().nextLong();
    this.seen = new SeenQueue(parts.layout().partitions());
    for (int partition = 0; partition < parts.layout().partitions(); partition++) {
      all.add(partition);
    }
  }

  @Override
  public void limit(int maximumDepth, int batchSize) {
    settings = settings.with(maximumDepth, batchSize, parts.layout().partitions());
    scripts.limit(settings);
  }

  @Override
  public Collection<Integer> parts() {
    return all;
  }

  @Override
  public Set<Integer> touched() {
    Set<Integer> some = new HashSet<>(touched);
    touched.removeAll(some);
    return some;
  }

  /** Makes a change, and adds its write. */
  ChangeReply change(RemoteKey key, ChangeRequest request) {
    admit();
    try {
      return noted(scripts.change(key, request));
    } finally {
      touched.add(key.partition()); // it may have been made whatever is answered
    }
  }

  /** As {@link #change} for each. */
  List<Attempt<ChangeReply>> changeAll(List<QueuedChange> changes) {
    if (changes.isEmpty()) {
      return List.of();
    }
    admit();
    List<Attempt<ChangeReply>> replies = scripts.changeAll(changes);
    changes.forEach(change -> touched.add(change.key().partition()));
    replies.forEach(reply -> {
      if (reply.reply() != null) {
        noted(reply.reply());
      }
    });
    return replies;
  }

  private ChangeReply noted(ChangeReply reply) {
    if (reply.replaces()) {
      coalesced.incrementAndGet();
    }
    return reply;
  }

  @Override
  public long coalesced() {
    return coalesced.get();
  }

  /**
   * Makes sure that Redis does not throw writes away.
   *
   * @throws CacheException if it may
   * @throws RemoteUnavailableException if it can't be asked
   */
  void admit() {
    if (admitted) {
      return;
    }
    String policy = inTime(this::evicting);
    if (!policy.isEmpty()) {
      throw new CacheException(
          "cache \""
              + parts.settings().cacheName()
              + "\": writeBehind needs a Redis that keeps what it has acknowledged, but its"
              + " maxmemory-policy is "
              + policy
              + ", which throws away any key: use noeviction or a volatile policy, or take"
              + " writeBehind out");
    }
    admitted = true;
  }

  @Override
  public void admitNoMore() {
    closing = true;
  }

  /**
   * Before a change waits for room.
   *
   * @throws IllegalStateException if the cache closes
   */
  void requireOpen() {
    if (closing) {
      throw new IllegalStateException("cache \"" + parts.settings().cacheName() + "\" is closed");
    }
  }

  /** For how long a change may wait for room. */
  long blockNanos() {
    return settings.blockNanos();
  }

  private String evicting() {
    String policy = evictions.ofAnyKey();
    if (policy == null) {
      throw parts.late();
    }
    return policy;
  }

  private <R> R required(Attempt<R> attempt) {
    if (attempt.failure() != null) {
      throw attempt.failure();
    }
    return Objects.requireNonNull(attempt.reply());
  }

  private Use time(String what) {
    return CallTime.begin(
        parts.clock(), Math.max(CALL_NANOS, parts.timeoutNanos()), parts.recorder(), what);
  }

  @Override
  public Round<K, V> take(Collection<Integer> wanted, Haste haste) {
    long flush = (haste == Haste.ALL) ? 0 : settings.flushMillis();
    Portion portion = new Portion(TURN_MILLIS, flush, settings.batchSize(), MOST_BYTES);
    long sent = parts.clock().nanos();
    Decoding<K> decoding = new Decoding<>(new HashMap<>(), new HashMap<>());
    Map<Integer, List<Taken<K, V>>> taken = new LinkedHashMap<>();
    Set<Integer> waiting = new HashSet<>();
    int count = 0;
    try (Use time = time("take-writes")) {
      admit();
      List<Integer> asked = List.copyOf(wanted);
      List<Told> told = inTime(() -> told(asked, token, portion));
      note(asked, told, seen);
      for (int i = 0; i < asked.size(); i++) {
        Told one = told.get(i);
        if (one.waiting() > 0) {
          waiting.add(asked.get(i));
        }
        if (!one.writes().isEmpty()) {
          taken.put(asked.get(i), decoded(one.writes(), asked.get(i), decoding));
        }
        count += one.writes().size();
      }
    }
    Round<K, V> round = new Round<>(taken, waiting, count >= settings.batchSize());
    open = round.isEmpty() ? null : new Open<>(round, decoding, sent);
    return round;
  }

  /** What Redis has told of a round: what could be read, and how the rest is put off. */
  private record Decoding<K>(Map<K, RawWrite> raw, Map<Integer, List<Settled>> unreadable) {}

  private List<Told> told(List<Integer> asked, long by, Portion portion) {
    List<Told> all = scripts.take(asked, by, portion).stream().map(this::required).toList();
    all.forEach(one -> refuseLate(one.status()));
    return all;
  }

  private void refuseLate(ScriptStatus status) {
    if (status == ScriptStatus.LATE) {
      throw parts.late();
    }
  }

  /** A call that came too late has told the server's clock: the next one does not. */
  private static <T> T inTime(Supplier<T> call) {
    try {
      return call.get();
    } catch (RemoteUnavailableException e) {
      if (e.isOutcomeUnknown()) {
        throw e;
      }
      return call.get();
    }
  }

  private List<Taken<K, V>> decoded(List<RawWrite> writes, int part, Decoding<K> decoding) {
    List<Taken<K, V>> taken = new ArrayList<>();
    for (RawWrite write : writes) {
      RemoteKey remote = remote(write);
      K key = parts.entries().key(remote);
      V value = (key == null) ? null : value(remote, write);
      if (key == null || value == null && !write.isDelete()) {
        tellUnreadable(remote);
        decoding
            .unreadable
            .computeIfAbsent(part, p -> new ArrayList<>())
            .add(new Settled(write.field(), write.version(), UNREADABLE));
        continue;
      }
      decoding.raw.put(key, write);
      taken.add(new Taken<>(key, value, write.version(), write.attempts()));
    }
    return taken;
  }

  private void tellOvertaken(ScriptStatus status) {
    long times = overtaken.incrementAndGet();
    if (Seldom.isTold(times)) {
      LOG.warn(
          "cache \"{}\": a node took over writes that this one was still at ({}, {} times so far); they"
              + " are written again; make the writer faster, or writeBehind.batchSize smaller",
          parts.settings().cacheName(),
          status,
          times);
    }
  }

  private void tellUnreadable(RemoteKey remote) {
    long times = unreadable.incrementAndGet();
    if (Seldom.isTold(times)) {
      LOG.error(
          "cache \"{}\": a write that waits can't be read and is left, key #{} ({} times so far); see"
              + " what this node's classes and allowedTypes lack",
          parts.settings().cacheName(),
          KeyHash.of(remote.canonical()),
          times);
    }
  }

  private RemoteKey remote(RawWrite write) {
    String inside = write.isDelete() ? null : Envelope.key(Envelope.unserved(write.client()));
    String text = !write.text().isEmpty() ? write.text() : inside == null ? write.field() : inside;
    return parts.layout().key(KeyAddress.of(text, parts.layout().partitions()));
  }

  private @Nullable V value(RemoteKey remote, RawWrite write) {
    return write.isDelete() ? null : parts.entries().value(remote, write.client());
  }

  @Override
  public boolean holds(Round<K, V> round) {
    Open<K, V> now = open;
    return now != null
        && now.round == round
        && !now.lost
        && parts.clock().nanos() - now.provedAt < TURN_NANOS - MARGIN_NANOS;
  }

  /** Whether the turn is to be prolonged. */
  boolean isDue() {
    Open<K, V> now = open;
    return now != null && !now.lost && parts.clock().nanos() - now.provedAt > TURN_NANOS / 3;
  }

  void prolong() {
    Open<K, V> now = open;
    if (now == null) {
      return;
    }
    long sent = parts.clock().nanos();
    List<Integer> held = List.copyOf(now.round.taken().keySet());
    for (Told told : told(held, token, Portion.nothing(TURN_MILLIS))) {
      if (told.status() != ScriptStatus.DONE) {
        now.lost = true;
        return;
      }
    }
    now.provedAt = sent;
  }

  @Override
  public void settle(Round<K, V> round, Map<K, Fate> fates) {
    Open<K, V> now = open;
    open = null;
    if (now == null || now.round != round) {
      throw new IllegalArgumentException("the round is over");
    }
    List<SettledPart> settled = new ArrayList<>();
    round
        .taken()
        .forEach((part, writes) -> {
          List<Settled> some = new ArrayList<>(now.unreadable.getOrDefault(part, List.of()));
          for (Taken<K, V> write : writes) {
            Fate fate = fates.get(write.key());
            if (fate != null) {
              RawWrite raw = Objects.requireNonNull(now.raw.get(write.key()));
              some.add(new Settled(raw.field(), raw.version(), fate));
            }
          }
          settled.add(new SettledPart(part, some));
        });
    try (Use time = time("settle-writes")) {
      List<ScriptStatus> statuses =
          inTime(() -> {
            List<ScriptStatus> some =
                scripts.settle(settled, token).stream().map(this::required).toList();
            some.forEach(this::refuseLate);
            return some;
          });
      settled.forEach(part -> seen.written(part.partition(), part.written()));
      for (ScriptStatus status : statuses) {
        if (status != ScriptStatus.DONE) {
          tellOvertaken(status);
        }
      }
    }
  }

  @Override
  public Coming<V> coming(K key) {
    return Objects.requireNonNull(comingAll(List.of(key)).get(key));
  }

  @Override
  public Map<K, Coming<V>> comingAll(Collection<? extends K> keys) {
    List<K> asked = List.copyOf(keys);
    List<RemoteKey> remotes = asked.stream().map(parts.entries()::locate).toList();
    Map<K, Coming<V>> all = new HashMap<>();
    List<RawWrite> told = raw(remotes);
    for (int i = 0; i < asked.size(); i++) {
      all.put(asked.get(i), coming(remotes.get(i), told.get(i)));
    }
    return all;
  }

  /** What waits, of each. */
  private List<RawWrite> raw(List<RemoteKey> remotes) {
    try (Use time = parts.operation("coming-writes")) {
      return inTime(() -> {
        List<RawWrite> some = scripts.coming(remotes).stream().map(this::required).toList();
        requireKnown(some);
        return some;
      });
    }
  }

  private void requireKnown(List<RawWrite> writes) {
    if (writes.contains(RawWrite.UNKNOWN)) {
      throw parts.late();
    }
  }

  private Coming<V> coming(RemoteKey remote, RawWrite write) {
    if (write.equals(RawWrite.NONE)) {
      return new Coming.Nothing<>();
    } else if (write.isDelete()) {
      return new Coming.Removal<>();
    }
    V value = value(remote, write);
    if (value == null) {
      throw unreadable(remote, "so the source's value is not returned");
    }
    return new Coming.Value<>(value);
  }

  private CacheException unreadable(RemoteKey remote, String hence) {
    return new CacheException(
        "cache \""
            + parts.settings().cacheName()
            + "\": a write of key #"
            + KeyHash.of(remote.canonical())
            + " waits for the source and can't be read here, "
            + hence
            + "; see what this node's classes and allowedTypes lack");
  }

  @Override
  public Backlog backlog() {
    List<Told> told;
    try (Use time = time("backlog")) {
      told = inTime(() -> told(all, 0, Portion.nothing(TURN_MILLIS)));
    }
    note(all, told, seen);
    // not what was seen: an older answer of the one that takes writes may have arrived since
    SeenQueue asked = new SeenQueue(all.size());
    note(all, told, asked);
    return asked.backlog(parts.clock().nanos());
  }

  @Override
  public Backlog seen() {
    return seen.backlog(parts.clock().nanos());
  }

  private void note(List<Integer> asked, List<Told> told, SeenQueue queue) {
    for (int i = 0; i < asked.size(); i++) {
      Told one = told.get(i);
      int part = asked.get(i);
      queue.note(part, one.waiting(), one.all(), one.oldest() > 0 ? since(part, one.oldest()) : 0);
    }
  }

  /** By this node's clock. */
  private long since(int part, long serverMillis) {
    long now = parts.clock().nanos();
    long server = parts.connection().serverClock(parts.layout().head(part)).microsAt(now);
    return now - Math.max(0, server - serverMillis * 1_000) * 1_000;
  }

  @Override
  public List<ParkedWrite<K, V>> parked() {
    List<ParkedWrite<K, V>> parked = new ArrayList<>();
    try (Use time = time("parked-writes")) {
      List<List<RawWrite>> told =
          inTime(() -> {
            List<List<RawWrite>> some = scripts.parked(all).stream().map(this::required).toList();
            some.forEach(this::requireKnown);
            return some;
          });
      for (List<RawWrite> some : told) {
        for (RawWrite write : some) {
          RemoteKey remote = remote(write);
          K key = parts.entries().key(remote);
          if (key != null) {
            V value = value(remote, write);
            boolean unreadable = value == null && !write.isDelete();
            parked.add(
                new ParkedWrite<>(key, value, unreadable, write.attempts(), write.failure()));
          }
        }
      }
    }
    return parked;
  }

  @Override
  public boolean replay(K key) {
    requireReadable(key);
    return unpark(key, true);
  }

  /** The writer can't be called for what can't be read, so it is left where it is seen. */
  private void requireReadable(K key) {
    RemoteKey remote = parts.entries().locate(key);
    RawWrite write = raw(List.of(remote)).get(0);
    if (write.parked() && !write.isDelete() && value(remote, write) == null) {
      throw unreadable(
          remote, "so it is not tried again and stays parked: drop it, or replay it elsewhere");
    }
  }

  @Override
  public boolean drop(K key) {
    return unpark(key, false);
  }

  private boolean unpark(K key, boolean again) {
    RemoteKey remote = parts.entries().locate(key);
    ScriptStatus status;
    try (Use time = time("unpark-write")) {
      status = scripts.unpark(remote, again);
    }
    refuseLate(status);
    if (status == ScriptStatus.DONE && again) {
      touched.add(remote.partition());
    }
    return status == ScriptStatus.DONE;
  }
}
