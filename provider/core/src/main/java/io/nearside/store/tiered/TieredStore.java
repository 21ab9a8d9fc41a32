package io.nearside.store.tiered;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.coherence.Proof;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.AsyncStore;
import io.nearside.store.Authority;
import io.nearside.store.Blank;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Copies;
import io.nearside.store.Fill;
import io.nearside.store.Lifetime;
import io.nearside.store.LoadWatch;
import io.nearside.store.Marks;
import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.Reservation;
import io.nearside.store.StaleEntry;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import io.nearside.store.Trouble;
import io.nearside.store.Turn;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.tiered.AccessRenewals.Way;
import io.nearside.store.tiered.Copying.Attempt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An authority and copies near the caller that act as one store. A read is answered from a copy
 * only if it is proved to have been the authority's entry within the bound; else the authority is
 * asked. Everything else goes to the authority; what its answers show becomes a copy, unless the
 * key was touched meanwhile.
 *
 * <p>Thread-safe; holds no lock while it asks the authority. A read of a proved copy takes none and
 * makes nothing.
 */
public final class TieredStore<K, V> implements Store<K, V>, Authority.Hearer<K> {
  private final Tiers<K, V> tiers;
  private final Authority<K, V> authority;
  private final Copies<K, V> copies;
  private final TieredSettings<V> settings;
  private final Flights<K, V> flights;
  private final TierCounts counts = new TierCounts();
  private final Copying<K, V> copying;
  private final TieredBulk<K, V> bulk;
  private final @Nullable CopiedBlanks<K> blanks;
  private final Revalidation<K, V> revalidation;
  private final AccessRenewals<K, V> renewals;
  private final Semaphore bypasses;
  private final Marks<K, V> marks;

  /** Makes itself the hearer of the authority. */
  public TieredStore(Tiers<K, V> tiers, TieredSettings<V> settings) {
    this(
        tiers,
        settings,
        new Flights<>(settings.bound(), settings.timeout(), tiers.authority()::operationTime));
  }

  TieredStore(Tiers<K, V> tiers, TieredSettings<V> settings, Flights<K, V> flights) {
    this.tiers = tiers;
    this.authority = tiers.authority();
    this.copies = tiers.copies();
    this.settings = settings;
    this.flights = flights;
    this.copying = new Copying<>(tiers, settings, flights, counts);
    this.bulk = new TieredBulk<>(this, tiers, copying);
    this.blanks = copying.blanks();
    this.revalidation = new Revalidation<>(tiers, copying);
    this.renewals = new AccessRenewals<>(tiers, copying, counts, settings.timeout());
    this.bypasses = new Semaphore(settings.bypassLimit());
    this.marks = new TieredMarks<>(authority.marks(), copying);
    authority.hearer(this);
  }

  @Override
  public boolean isReady(K key) {
    int slot = authority.slot(authority.partition(key));
    return tiers.proofs().now().epoch(authority.master(slot), slot) != null;
  }

  @Override
  public Outcome<V> read(K key, long now) {
    Proof proof = tiers.proofs().now(); // before the copy: see Proof
    CopiedEntry<V> copy = copies.read(key);
    if (copy != null && isProved(copy, proof, now)) {
      return copy;
    }
    return beyond(copy, now, () -> flights.ask(key, now, () -> fetch(key, now)));
  }

  @Override
  public Outcome<V> peek(K key, long now) {
    Proof proof = tiers.proofs().now();
    CopiedEntry<V> copy = copies.peek(key);
    return (copy != null && isProved(copy, proof, now))
        ? copy
        : beyond(copy, now, () -> authority.peek(key, now));
  }

  @Override
  public @Nullable AsyncStore<K, V> async() {
    AsyncStore<K, V> asked = authority.async();
    return (asked == null) ? null : new TieredAsync<>(this, tiers, asked, copying, flights, bulk);
  }

  static boolean isProved(CopiedEntry<?> copy, Proof proof, long now) {
    return copy.isLive(now) && proof.holds(copy.epoch(), copy.slot(), now);
  }

  /** Asks beyond a copy that is missing or does not do. */
  private Outcome<V> beyond(
      @Nullable CopiedEntry<V> copy, long now, Supplier<Outcome<V>> question) {
    if (copy == null || !copy.isLive(now)) {
      return question.get();
    }
    if (!enterBypass(copy)) {
      return standIn(shed(), copy, now);
    }
    try {
      return standIn(question.get(), copy, now);
    } finally {
      leaveBypass();
    }
  }

  @Override
  public void useCopies(boolean used) {
    copying.allow(used);
  }

  @Override
  public void limit(long maximum, long copyNanos) {
    copies.limit(maximum);
    copying.life(copyNanos);
  }

  /** Whether one more may pass a copy by; then it is to leave. */
  boolean enterBypass(CopiedEntry<V> copy) {
    if (copying.isFormer(copy)) {
      revalidation.want();
    }
    counts.count(TierCount.BYPASSED_READS);
    boolean admitted = bypasses.tryAcquire();
    if (!admitted) {
      counts.count(TierCount.REFUSED_READS);
    }
    return admitted;
  }

  void leaveBypass() {
    bypasses.release();
  }

  Unavailable<V> shed() {
    return new Unavailable<>(
        new RemoteUnavailableException(
            "the copies can't be proved fresh, and "
                + settings.bypassLimit()
                + " reads ask Redis already",
            Reason.SHED,
            false,
            null));
  }

  /** The copy in the place of an authority that is away, if that is wanted. */
  Outcome<V> standIn(Outcome<V> outcome, CopiedEntry<V> copy, long now) {
    if (!(outcome instanceof Unavailable<V> unavailable)
        || tiers.proofs().now().age(copy.epoch(), now) > settings.maximumStaleness()
        || settings.maximumStaleness() == 0) {
      return outcome;
    }
    counts.count(TierCount.STALE_HITS);
    return new StaleEntry<>(copy, unavailable.cause());
  }

  void countRemote(Outcome<V> outcome) {
    if (outcome instanceof StoredEntry<V>) {
      counts.count(TierCount.REMOTE_HITS);
    }
  }

  private Outcome<V> fetch(K key, long now) {
    Attempt<K> attempt = copying.begin(key);
    try {
      Outcome<V> outcome = authority.read(key, now);
      countRemote(outcome);
      copying.read(attempt, outcome, now);
      return outcome;
    } finally {
      copying.end(attempt);
    }
  }

  @Override
  public Marks<K, V> marks() {
    return marks;
  }

  @Override
  public boolean batches() {
    return authority.batches();
  }

  @Override
  public Map<K, Outcome<V>> readAll(Collection<? extends K> keys, long now) {
    return bulk.readAll(keys, now);
  }

  @Override
  public ReadOrReserved<V> readOrReserve(K key, long now) {
    Proof proof = tiers.proofs().now();
    CopiedEntry<V> copy = copies.read(key);
    if (copy != null && isProved(copy, proof, now)) {
      return new ReadOrReserved<>(copy, null);
    }
    Blank blank = (blanks == null) ? null : blanks.get(key, proof, now);
    if (blank != null) {
      return new ReadOrReserved<>(Absent.absent(), blank);
    }
    if (copy == null || !copy.isLive(now)) {
      return fetchOrReserve(key, now);
    }
    if (!enterBypass(copy)) {
      return standIn(key, new ReadOrReserved<>(shed(), null), copy, now);
    }
    try {
      return standIn(key, fetchOrReserve(key, now), copy, now);
    } finally {
      leaveBypass();
    }
  }

  /** The same of what was to be reserved if it was not there. */
  ReadOrReserved<V> standIn(K key, ReadOrReserved<V> read, CopiedEntry<V> copy, long now) {
    Outcome<V> outcome = standIn(read.outcome(), copy, now);
    Reservation reservation = read.reservation();
    if (reservation != null && outcome instanceof StoredEntry<V>) {
      authority.release(key, reservation);
      return new ReadOrReserved<>(outcome, null);
    }
    return new ReadOrReserved<>(outcome, reservation);
  }

  private ReadOrReserved<V> fetchOrReserve(K key, long now) {
    Attempt<K> attempt = copying.begin(key);
    try {
      ReadOrReserved<V> read = authority.readOrReserve(key, now);
      fetched(attempt, read, now);
      return read;
    } finally {
      copying.end(attempt);
    }
  }

  void fetched(Attempt<K> attempt, ReadOrReserved<V> read, long now) {
    countRemote(read.outcome());
    copying.read(attempt, read.outcome(), now);
    if (read.reservation() instanceof Blank blank) {
      copying.blank(attempt, blank);
    }
  }

  @Override
  public List<Trouble> troubles() {
    List<Trouble> all = new ArrayList<>(authority.troubles());
    all.addAll(tiers.proofs().troubles());
    return all;
  }

  @Override
  public Applied<V> apply(K key, Change<V> change, long now) {
    return change(key, change.condition(), () -> authority.apply(key, change, now));
  }

  /** The authority's, of which this node has a copy then. */
  @Override
  public Outcome<V> inspect(K key, long now) {
    return fetch(key, now);
  }

  @Override
  public Applied<V> revive(
      K key, Reservation reservation, StoredEntry<V> entry, Lifetime lifetime, long now) {
    return change(
        key, Condition.SAME, () -> authority.revive(key, reservation, entry, lifetime, now));
  }

  @Override
  public Applied<V> fill(K key, Reservation reservation, Change<V> change, long now) {
    return change(key, change.condition(), () -> authority.fill(key, reservation, change, now));
  }

  private Applied<V> change(K key, Condition condition, Supplier<Applied<V>> call) {
    Attempt<K> attempt = copying.begin(key);
    Applied<V> applied = null;
    try {
      applied = call.get();
      copying.applied(attempt, applied, condition);
      return applied;
    } finally {
      if (applied == null) { // maybe it was done
        copying.touch(key, null);
      }
      copying.end(attempt);
    }
  }

  @Override
  public AppliedAll<K, V> applyAll(Map<? extends K, Change<V>> changes, long now) {
    return bulk.changeAll(
        changes.keySet(), () -> authority.applyAll(changes, now), AppliedAll::applied);
  }

  @Override
  public Map<K, Applied<V>> fillAll(Map<? extends K, Fill<V>> fills, long now) {
    return bulk.changeAll(fills.keySet(), () -> authority.fillAll(fills, now), applied -> applied);
  }

  @Override
  public void removeLater(K key) {
    authority.removeLater(key);
    copying.touch(key, null);
  }

  @Override
  public void clearLater() {
    authority.clearLater();
    copying.touchAll();
  }

  @Override
  public OperationTime operationTime() {
    return authority.operationTime();
  }

  @Override
  public Turn turn(K key) {
    return authority.turn(key);
  }

  @Override
  public boolean renew(K key, StoredEntry<V> entry, long expiresAt) {
    if (entry instanceof CopiedEntry<V> copy) {
      Way way = renewals.read(key, copy, expiresAt);
      if (way != Way.SHORTER) {
        return way == Way.NONE || renewals.now(key, copy, expiresAt);
      }
    }
    boolean prolonged = expiresAt >= entry.expiresAt();
    boolean live = false;
    try {
      live = authority.renew(key, AccessRenewals.detached(entry), expiresAt);
      return live;
    } finally {
      if (!live || !prolonged) {
        copying.touch(key, null);
      }
    }
  }

  @Override
  public RenewedAll<K> renewAll(Map<? extends K, Renewal<V>> all) {
    return renewals.all(all);
  }

  @Override
  public Reservation reserve(K key) {
    if (blanks == null) {
      return authority.reserve(key);
    }
    return Objects.requireNonNull(reserveAll(List.of(key)).get(key));
  }

  @Override
  public Map<K, Reservation> reserveAll(Collection<? extends K> keys) {
    CopiedBlanks<K> known = blanks;
    if (known == null) {
      return authority.reserveAll(keys);
    }
    Map<K, Reservation> reserved = new HashMap<>();
    List<K> others = new ArrayList<>();
    Proof proof = tiers.proofs().now();
    long now = tiers.clock().nanos();
    for (K key : keys) {
      Blank blank = known.get(key, proof, now);
      if (blank == null) {
        others.add(key);
      } else {
        reserved.put(key, blank);
      }
    }
    reserved.putAll(
        bulk.attempting(
            others,
            attempts -> {
              Map<K, Reservation> asked = authority.reserveAll(others);
              attempts.forEach((key, attempt) -> {
                if (asked.get(key) instanceof Blank blank) {
                  copying.blank(attempt, blank);
                }
              });
              return asked;
            }));
    return reserved;
  }

  @Override
  public Map<K, Blank> blankAll(Map<? extends K, Reservation> reservations, LongSupplier lives) {
    return bulk.attempting(
        reservations.keySet(),
        attempts -> {
          Map<K, Blank> made = authority.blankAll(reservations, lives);
          attempts.forEach((key, attempt) -> {
            Blank blank = made.get(key);
            if (blank != null) {
              copying.blank(attempt, blank);
            }
          });
          return made;
        });
  }

  @Override
  public Map<K, Reservation> reserveAnew(Collection<? extends K> keys) {
    return authority.reserveAnew(keys);
  }

  @Override
  public @Nullable Reservation reserveAnew(K key, StoredEntry<V> replaced, long now) {
    return authority.reserveAnew(key, replaced, now);
  }

  @Override
  public void concede(K key, Reservation reservation) {
    authority.concede(key, reservation);
  }

  @Override
  public LoadWatch watch(Collection<? extends K> keys) {
    return authority.watch(keys);
  }

  @Override
  public void release(K key, Reservation reservation) {
    authority.release(key, reservation);
  }

  /** Those of the authority; there are no copies of them. */
  @Override
  public @Nullable StoredEntry<V> kept(K key, long now) {
    return authority.kept(key, now);
  }

  @Override
  public Map<K, StoredEntry<V>> keptAll(Collection<? extends K> keys, long now) {
    return authority.keptAll(keys, now);
  }

  @Override
  public void endKept(K key, Reservation reservation, long now) {
    authority.endKept(key, reservation, now);
  }

  /** Ends all copies too: who removes what the authority has must not find here what it had. */
  @Override
  public void releaseAll() {
    try {
      authority.releaseAll();
    } finally {
      copying.touchAll();
    }
  }

  @Override
  public void clear() {
    try {
      authority.clear();
    } finally {
      copying.touchAll();
    }
  }

  @Override
  public void invalidateTags(Collection<String> tags) {
    try {
      authority.invalidateTags(tags);
    } catch (RemoteUnavailableException e) {
      copying.touchAll(); // the partitions that could not be asked may have been given up whole
      throw e;
    } finally {
      copying.touchTags(tags);
    }
  }

  @Override
  public void destroy() {
    try {
      authority.destroy();
    } finally {
      copying.touchAll();
    }
  }

  /** The authority's; copies neither serve it nor come from it. */
  @Override
  public Iterator<Map.Entry<K, StoredEntry<V>>> iterator() {
    return authority.iterator();
  }

  @Override
  public void expire(long now) {
    authority.expire(now);
    copies.expire(now);
    if (blanks != null) {
      blanks.expire(now);
    }
    revalidation.tick();
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    if (type == TierCounts.class) {
      return type.cast(counts);
    }
    T remote = authority.unwrap(type);
    return (remote == null) ? copies.unwrap(type) : remote;
  }

  @Override
  public void changed(K key, @Nullable Identity identity) {
    counts.count(TierCount.ANNOUNCEMENTS);
    copying.touch(key, identity);
  }

  @Override
  public void dropped(int partition) {
    counts.count(TierCount.ANNOUNCEMENTS);
    copying.touchPartition(partition);
  }

  @Override
  public void cleared(int partition, long generation) {
    counts.count(TierCount.ANNOUNCEMENTS);
    copying.touchPartition(partition, generation);
  }

  @Override
  public void invalidated(Collection<String> tags) {
    counts.count(TierCount.ANNOUNCEMENTS);
    copying.touchTags(tags);
  }

  @Override
  public void droppedAll() {
    counts.count(TierCount.ANNOUNCEMENTS);
    copying.touchAll();
  }

  @Override
  public void close() {
    authority.close();
    copies.close();
    if (blanks != null) {
      blanks.close();
    }
  }
}
