package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.observe.Count;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.AsyncStore;
import io.nearside.store.Authority;
import io.nearside.store.Blank;
import io.nearside.store.Bus;
import io.nearside.store.Change;
import io.nearside.store.Fill;
import io.nearside.store.HotEntry;
import io.nearside.store.Lifetime;
import io.nearside.store.LoadRoom;
import io.nearside.store.LoadWatch;
import io.nearside.store.Marks;
import io.nearside.store.OperationTime;
import io.nearside.store.OperationTime.Use;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.Trouble;
import io.nearside.store.Turn;
import io.nearside.store.Unavailable;
import io.nearside.store.UnsaidCount;
import io.nearside.store.VersionedEntry;
import io.nearside.store.WriteJournal;
import io.nearside.store.remote.ChangeRun.Place;
import io.nearside.store.remote.Scripts.Claiming;
import io.nearside.store.remote.Scripts.Moving;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The remote tier of one cache: one Redis string for each entry, {@linkplain Layout named} so that
 * all of a partition share a slot. An entry counts if its generation is that of its partition's
 * head, which is read with it; so a clear is a new generation. Whether it has expired is judged by
 * Redis's clock.
 *
 * <p>Thread-safe. Calls of Redis are bounded in time by the connection. Locks, outermost first: a
 * stripe of {@link KeyOrder}, held around a call of Redis; those of {@link Holdings} and {@link
 * ExpiryWatch}, which are held around nothing.
 */
final class RemoteStore<K, V> implements Authority<K, V> {
  private final StoreParts<K, V> parts;
  private final Executor background;
  private final Executor sweeps;
  private final @Nullable Object client;
  private final LostHeads lostHeads;
  private final Look<K, V> look;
  private final Expirations<K, V> expirations;

  /** Null where nothing is kept whose time is over. */
  private final @Nullable Afterlife<K, V> afterlife;

  private final Holdings holdings = new Holdings();
  private final Recovery<K, V> recovery;
  private final Changes<K, V> changes;
  private final Loading<K, V> loading;
  private final WriteMarks<K, V> marks;
  private final RemoteAsync<K, V> async;
  private final Renewals<K, V> renewals;
  private final Turns turns;
  private final SharedRoom room;
  private final Sweeper sweeper;
  private final @Nullable ClusterEvents<K, V> events;
  private final @Nullable RemoteJournal<K, V> journal;
  private final @Nullable QueuedChanges<K, V> queued;
  private final AtomicBoolean prolonging = new AtomicBoolean();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean closed;
  private volatile @Nullable CacheEar<K> ear;

  /**
   * @param background runs what calls Redis, and may wait for it, without a caller
   * @param sweeps likewise, what takes long
   * @param client what {@link #unwrap} gives
   * @param feed the events of other nodes; null if they are not told
   */
  RemoteStore(
      StoreParts<K, V> parts,
      Executor background,
      Executor sweeps,
      @Nullable Object client,
      ClusterEvents.@Nullable Feed feed) {
    this.parts = parts;
    this.background = background;
    this.sweeps = sweeps;
    this.client = client;
    this.lostHeads = new LostHeads(parts);
    this.look = new Look<>(parts, lostHeads);
    this.expirations = new Expirations<>(parts);
    this.recovery = new Recovery<>(parts);
    this.afterlife =
        parts.settings().keeping().longest() == 0 ? null : new Afterlife<>(parts, recovery);
    this.renewals = new Renewals<>(parts, expirations);
    this.turns = new Turns(parts.scripts(), parts.clock(), parts.random(), parts.timeoutNanos());
    this.room = new SharedRoom(parts);
    this.journal = journal(parts);
    this.changes = new Changes<>(parts, expirations, holdings, recovery, turns, journal);
    this.queued = (journal == null) ? null : new QueuedChanges<>(parts, changes, journal);
    this.loading = new Loading<>(parts, expirations, holdings, recovery);
    this.marks = new WriteMarks<>(parts, expirations, holdings, recovery);
    this.sweeper = new Sweeper(parts);
    this.async = new RemoteAsync<>(parts, look, expirations, changes, loading, () -> closed);
    this.events = (feed == null) ? null : new ClusterEvents<>(parts, expirations, feed);
  }

  private static <K, V> @Nullable RemoteJournal<K, V> journal(StoreParts<K, V> parts) {
    QueueSettings settings = parts.settings().queue();
    return (settings == null)
        ? null
        : new RemoteJournal<>(parts, parts.scripts().queue(parts.layout(), settings), settings);
  }

  @Override
  public int partition(K key) {
    return parts.entries().locate(key).partition();
  }

  @Override
  public int slot(int partition) {
    return parts.connection().slot(parts.layout().head(partition));
  }

  @Override
  public Bus.@Nullable Master master(int slot) {
    return parts.masters().apply(slot);
  }

  @Override
  public void hearer(Hearer<K> hearer) {
    CacheEar<K> own = new CacheEar<>(parts.layout(), parts.entries(), hearer);
    ear = own;
    parts.ears().add(parts.layout().start(), own);
  }

  @Override
  public Outcome<V> read(K key, long now) {
    RemoteKey remote = parts.entries().locate(key);
    if (closed) {
      return Absent.absent();
    }
    try (Use time = parts.operation("read")) {
      recovery.sayAll(remote);
      Seen<V> seen = look.at(remote, now);
      expirations.met(key, remote, seen);
      return seen.outcome();
    } catch (RemoteUnavailableException e) {
      return new Unavailable<>(e);
    }
  }

  @Override
  public Outcome<V> peek(K key, long now) {
    return read(key, now); // which of Redis's entries make room is not in our hands
  }

  @Override
  public @Nullable AsyncStore<K, V> async() {
    return (closed || recovery.isDue() || !parts.connection().isAtHand()) ? null : async;
  }

  @Override
  public Map<K, Outcome<V>> readAll(Collection<? extends K> keys, long now) {
    try (Use time = parts.operation("read-all")) {
      return readEach(keys, now);
    }
  }

  private Map<K, Outcome<V>> readEach(Collection<? extends K> keys, long now) {
    List<Place<K>> places = new ArrayList<>(keys.size());
    for (K key : keys) {
      places.add(new Place<>(key, parts.entries().locate(key)));
    }
    RemoteUnavailableException unsaid = closed ? null : recovery.trySayAll(places);
    Map<K, Outcome<V>> outcomes = new HashMap<>(2 * places.size());
    BulkRead<K, V> read = new BulkRead<>(parts, look, expirations);
    for (Place<K> place : places) {
      if (closed) {
        outcomes.put(place.key(), Absent.absent());
      } else if (unsaid != null && recovery.hides(place.remote())) {
        outcomes.put(place.key(), new Unavailable<>(unsaid));
      } else {
        read.add(place);
      }
    }
    read.into(outcomes, now);
    return outcomes;
  }

  /** As {@link #readAll} only of what is not the same any more. */
  @Override
  public Map<K, Outcome<V>> confirm(Map<K, ? extends VersionedEntry<V>> known, long now) {
    try (Use time = parts.operation("confirm")) {
      Map<K, Outcome<V>> outcomes = new HashMap<>();
      if (!closed) {
        outcomes.putAll(new Confirmations<>(parts, recovery).ask(known));
      }
      List<K> others = new ArrayList<>(known.keySet());
      others.removeAll(outcomes.keySet());
      if (!others.isEmpty()) {
        outcomes.putAll(readEach(others, now));
      }
      return outcomes;
    }
  }

  @Override
  public void cool(K key, HotEntry<V> entry) {
    if (closed) {
      return;
    }
    try (Use time = parts.operation("cool")) {
      parts.scripts().cool(parts.entries().locate(key).keys(), entry.identity());
    } catch (RemoteUnavailableException e) {
      // it stays as it is
    }
  }

  @Override
  public ReadOrReserved<V> readOrReserve(K key, long now) {
    try (Use time = parts.operation("read-or-reserve")) {
      return loading.readOrReserve(key);
    }
  }

  @Override
  public List<Trouble> troubles() {
    Trouble unsaid = parts.unsaid().trouble();
    List<Trouble> masters = parts.connection().troubles();
    if (unsaid == null) {
      return masters;
    }
    List<Trouble> all = new ArrayList<>(masters);
    all.add(unsaid);
    return all;
  }

  @Override
  public Applied<V> apply(K key, Change<V> change, long now) {
    if (queued != null) {
      return queued.apply(key, change);
    }
    try (Use time = parts.operation("change")) {
      return changes.apply(key, change);
    }
  }

  @Override
  public AppliedAll<K, V> applyAll(Map<? extends K, Change<V>> all, long now) {
    if (queued != null) {
      return queued.applyAll(all);
    }
    try (Use time = parts.operation("change-all")) {
      return changes.applyAll(all);
    }
  }

  @Override
  public Marks<K, V> marks() {
    return marks;
  }

  @Override
  public boolean batches() {
    return true;
  }

  @Override
  public void removeLater(K key) {
    RemoteKey remote = parts.entries().locate(key);
    holdings.cancel(remote);
    parts.unsaid().removal(remote, parts.clock().nanos());
  }

  @Override
  public void clearLater() {
    holdings.cancelAll();
    for (int partition = 0; partition < parts.layout().partitions(); partition++) {
      parts.unsaid().clearance(partition, parts.clock().nanos());
    }
  }

  @Override
  public OperationTime operationTime() {
    return CallTime.ofCaller(parts.clock(), parts.timeoutNanos());
  }

  @Override
  public Turn turn(K key) {
    return turns.of(parts.entries().locate(key));
  }

  @Override
  public boolean renew(K key, StoredEntry<V> entry, long expiresAt) {
    try (Use time = parts.operation("renew")) {
      return renewals.renew(key, entry, expiresAt);
    }
  }

  @Override
  public RenewedAll<K> renewAll(Map<? extends K, Renewal<V>> all) {
    try (Use time = parts.operation("renew-all")) {
      return renewals.renewAll(all, Moving.EITHER_WAY);
    }
  }

  @Override
  public RenewedAll<K> prolongAll(Map<? extends K, Renewal<V>> all) {
    try (Use time = parts.operation("prolong-all")) {
      return renewals.renewAll(all, Moving.LATER_ONLY);
    }
  }

  @Override
  public Reservation reserve(K key) {
    try (Use time = parts.operation("reserve")) {
      return loading.reserve(key);
    }
  }

  @Override
  public Map<K, Reservation> reserveAll(Collection<? extends K> keys) {
    try (Use time = parts.operation("reserve-all")) {
      return loading.reserveAll(keys, Claiming.FIRST);
    }
  }

  @Override
  public Map<K, Reservation> reserveAnew(Collection<? extends K> keys) {
    try (Use time = parts.operation("reserve-anew")) {
      return loading.reserveAll(keys, Claiming.EVERYONE);
    }
  }

  @Override
  public @Nullable Reservation reserveAnew(K key, StoredEntry<V> replaced, long now) {
    if (closed || !(replaced instanceof VersionedEntry<V> versioned)) {
      return null;
    }
    try (Use time = parts.operation("reserve-anew")) {
      return loading.reserveAnew(key, versioned.identity());
    }
  }

  @Override
  public Map<K, Blank> blankAll(Map<? extends K, Reservation> reservations, LongSupplier lives) {
    try (Use time = parts.operation("blank-all")) {
      return loading.blankAll(reservations, lives);
    }
  }

  @Override
  public void concede(K key, Reservation reservation) {
    loading.concede(reservation);
  }

  @Override
  public LoadWatch watch(Collection<? extends K> keys) {
    List<String> leases = new ArrayList<>();
    keys.forEach(key -> leases.add(parts.entries().locate(key).keys().lease()));
    return parts.loadEnds().watch(leases);
  }

  @Override
  public Applied<V> fill(K key, Reservation reservation, Change<V> change, long now) {
    try (Use time = parts.operation("fill")) {
      return closed ? new Applied<>(false, null, null) : loading.fill(key, reservation, change);
    }
  }

  @Override
  public Applied<V> revive(
      K key, Reservation reservation, StoredEntry<V> entry, Lifetime lifetime, long now) {
    try (Use time = parts.operation("revive")) {
      return closed || !(entry instanceof VersionedEntry<V> versioned)
          ? new Applied<>(false, null, null)
          : loading.revive(key, reservation, versioned, lifetime);
    }
  }

  @Override
  public Map<K, Applied<V>> fillAll(Map<? extends K, Fill<V>> fills, long now) {
    try (Use time = parts.operation("fill-all")) {
      return loading.fillAll(fills);
    }
  }

  @Override
  public void release(K key, Reservation reservation) {
    loading.release(reservation);
  }

  @Override
  public @Nullable StoredEntry<V> kept(K key, long now) {
    return keptAll(List.of(key), now).get(key);
  }

  @Override
  public Map<K, StoredEntry<V>> keptAll(Collection<? extends K> keys, long now) {
    if (closed || afterlife == null || keys.isEmpty()) {
      return Map.of();
    }
    try (Use time = parts.operation("read-kept")) {
      return afterlife.find(keys, now);
    }
  }

  @Override
  public void endKept(K key, Reservation reservation, long now) {
    if (closed || afterlife == null || !Loading.keeps(reservation)) {
      return;
    }
    try (Use time = parts.operation("end-kept")) {
      changes.apply(key, Change.forgetExpired());
    } catch (RemoteUnavailableException e) {
      // it ends when its time is over
    }
  }

  @Override
  public void releaseAll() {
    try (Use time = parts.operation("release-all")) {
      loading.releaseAll();
    }
  }

  /**
   * Gives every partition a new generation: one instant for each partition. The memory of the old
   * entries is freed in the background.
   *
   * @throws RemoteUnavailableException if a partition could not be cleared; if the cache is
   *     fail-safe its entries count as absent here, and it is cleared when Redis is back
   */
  @Override
  public void clear() {
    clearGenerations();
    sweep();
  }

  private void sweep() {
    if (sweeper.ask()) {
      inBackground(sweeps, sweeper::run);
    }
  }

  private void clearGenerations() {
    long start = parts.clock().nanos();
    holdings.cancelAll();
    atOnce("clear", parts.scripts()::clear, partition -> parts.unsaid().cleared(partition, start));
  }

  /**
   * A stamp for every partition: one instant for each. What a fail-safe cache can't invalidate now
   * it clears later, by partition.
   *
   * @throws RemoteUnavailableException if Redis could not be asked for a partition
   */
  @Override
  public void invalidateTags(Collection<String> tags) {
    try {
      atOnce("invalidate-tags", heads -> parts.scripts().invalidate(heads, tags), partition -> {});
    } catch (RemoteUnavailableException e) {
      holdings.cancelAll(); // without Redis only this keeps who comes from joining them
      throw e;
    }
    sweep();
  }

  /**
   * Ends what is in all partitions; what can't be asked now is cleared later, if it is fail-safe.
   */
  private void atOnce(
      String name, Function<List<String>, List<Attempt<ScriptStatus>>> call, IntConsumer done) {
    List<Attempt<ScriptStatus>> attempts;
    try (Use time = parts.operation(name)) {
      attempts = call.apply(parts.layout().heads());
    } catch (RemoteUnavailableException e) {
      attempts = Collections.nCopies(parts.layout().partitions(), new Attempt<>(null, e));
    }
    CacheException failure = null;
    for (int partition = 0; partition < attempts.size(); partition++) {
      Attempt<ScriptStatus> attempt = attempts.get(partition);
      if (attempt.reply() == ScriptStatus.DONE) {
        parts.recorder().add(Count.ANNOUNCED, 1);
        done.accept(partition);
      } else if (attempt.reply() == ScriptStatus.FOREIGN) { // nothing is live under such a head
        done.accept(partition);
        failure = parts.entries().foreign(parts.layout().head(partition));
      } else {
        failure = (attempt.failure() == null) ? parts.late() : attempt.failure();
        if (parts.settings().failSafe()) {
          parts.unsaid().clearance(partition, parts.clock().nanos());
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void destroy() {
    lostHeads.close();
    clearGenerations();
    new Destruction(parts).run();
  }

  @Override
  public Iterator<Map.Entry<K, StoredEntry<V>>> iterator() {
    return closed ? Collections.emptyIterator() : new Walk<>(parts, expirations, recovery);
  }

  /** Has what is due done in the background; asks Redis nothing itself. */
  @Override
  public void expire(long now) {
    RemoteJournal<K, V> queue = journal;
    if (queue != null && queue.isDue() && prolonging.compareAndSet(false, true)) {
      if (!inBackground(background, () -> prolong(queue))) {
        prolonging.set(false);
      }
    }
    if (events != null) {
      events.tick();
    }
    boolean due =
        recovery.isDue()
            || loading.isDue()
            || room.isDue()
            || expirations.isDue()
            || lostHeads.isDue();
    if (due && !closed && busy.compareAndSet(false, true)) {
      if (!inBackground(background, this::catchUp)) {
        busy.set(false);
      }
    }
  }

  private void prolong(RemoteJournal<K, V> queue) {
    try {
      queue.prolong();
    } catch (CacheException e) {
      // the next tick tries again, while the turn lasts
    } finally {
      prolonging.set(false);
    }
  }

  private void catchUp() {
    try {
      recovery.sayAll();
      loading.prolong();
      room.prolong();
      expirations.look();
      lostHeads.make();
    } catch (RemoteUnavailableException e) {
      // the next tick tries again
    } finally {
      busy.set(false);
      parts.observer().toldInBackground();
    }
  }

  private static boolean inBackground(Executor executor, Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // it closes
    }
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    if (type == WriteJournal.class) {
      return type.cast(journal);
    }
    if (type == LoadRoom.class) {
      return type.cast(room);
    }
    if (type == UnsaidCount.class) {
      UnsaidCount count = parts.unsaid()::size;
      return type.cast(count);
    }
    return type.isInstance(client) ? type.cast(client) : null;
  }

  /** What went another way than usual. */
  RemoteCounters counters() {
    return parts.counters();
  }

  /** Whether events of other nodes are heard now. */
  boolean isListening() {
    return events != null && events.isListening();
  }

  /** Whether nothing is under way or due in the background. */
  boolean isQuiet() {
    return !busy.get() && !recovery.isDue() && !expirations.isDue() && !lostHeads.isDue();
  }

  /** Ends what is done in the background; what is in Redis stays. */
  @Override
  public void close() {
    closed = true;
    room.close();
    if (events != null) {
      events.close();
    }
    parts.loadEnds().close();
    sweeper.close();
    lostHeads.close();
    expirations.close();
    holdings.cancelAll();
    CacheEar<K> own = ear;
    if (own != null) {
      parts.ears().remove(parts.layout().start(), own);
    }
  }
}
