package io.nearside.store.tiered;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Applied;
import io.nearside.store.Authority;
import io.nearside.store.Bus;
import io.nearside.store.Change;
import io.nearside.store.Change.Condition;
import io.nearside.store.Clock;
import io.nearside.store.FetchedEntry;
import io.nearside.store.ForwardingStore;
import io.nearside.store.HotEntry;
import io.nearside.store.Lifetime;
import io.nearside.store.Notes;
import io.nearside.store.Outcome;
import io.nearside.store.Renewal;
import io.nearside.store.RenewedAll;
import io.nearside.store.Reservation;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.local.LocalBound;
import io.nearside.store.local.LocalStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An authority in memory, which notes what it is asked. */
final class FakeAuthority<V> extends ForwardingStore<Integer, V> implements Authority<Integer, V> {
  static final int PARTITIONS = 4;
  static final Bus.Master MASTER = () -> "fake";

  private static final AtomicLong VERSIONS = new AtomicLong();

  final List<String> asked = new ArrayList<>();

  /** The keys that are marked. */
  final Set<Integer> hot = new HashSet<>();

  /** What happens between the execution and the answer. */
  Runnable meanwhile = () -> {};

  boolean away;

  FakeAuthority(StoreObserver<Integer, V> observer, Clock clock) {
    super(new LocalStore<>(new LocalBound(1_000_000, null, null), observer, clock));
  }

  @Override
  public int partition(Integer key) {
    return Math.floorMod(key, PARTITIONS);
  }

  @Override
  public int slot(int partition) {
    return 0;
  }

  @Override
  public Bus.@Nullable Master master(int slot) {
    return MASTER;
  }

  @Override
  public void hearer(Hearer<Integer> hearer) {}

  private void ask(String what) {
    synchronized (asked) {
      asked.add(what);
    }
    if (away) {
      throw new RemoteUnavailableException("away", true, null);
    }
  }

  @Override
  public Outcome<V> read(Integer key, long now) {
    try {
      ask("read " + key);
    } catch (RemoteUnavailableException e) {
      return new Unavailable<>(e);
    }
    Outcome<V> outcome = super.read(key, now);
    outcome = outcome instanceof StoredEntry<V> entry ? marked(key, entry) : outcome;
    meanwhile.run();
    return outcome;
  }

  private @Nullable StoredEntry<V> marked(Integer key, @Nullable StoredEntry<V> entry) {
    return entry instanceof VersionedEntry<V> live && hot.contains(key)
        ? new HotEntry<>(live)
        : entry;
  }

  @Override
  public void cool(Integer key, HotEntry<V> entry) {
    ask("cool " + key);
    hot.remove(key);
  }

  @Override
  public Outcome<V> peek(Integer key, long now) {
    return read(key, now);
  }

  @Override
  public Applied<V> apply(Integer key, Change<V> change, long now) {
    ask("apply " + key);
    Applied<V> applied = super.apply(key, versioned(key, change, now), now);
    meanwhile.run();
    return new Applied<>(
        applied.done(),
        applied.existed(),
        marked(key, applied.prior()),
        marked(key, applied.current()));
  }

  @Override
  public Applied<V> fill(Integer key, Reservation reservation, Change<V> change, long now) {
    ask("fill " + key);
    return super.fill(key, reservation, versioned(key, change, now), now);
  }

  @Override
  public Applied<V> revive(
      Integer key, Reservation reservation, StoredEntry<V> entry, Lifetime lifetime, long now) {
    ask("revive " + key);
    StoredEntry<V> live = same(key, entry, now);
    return super.revive(
        key, reservation, live == null ? entry : live, new Versioning(lifetime), now);
  }

  @Override
  public boolean renew(Integer key, StoredEntry<V> entry, long expiresAt) {
    ask("renew " + key);
    StoredEntry<V> live = same(key, entry, 0);
    return super.renew(key, live == null ? entry : live, expiresAt);
  }

  @Override
  public RenewedAll<Integer> renewAll(Map<? extends Integer, Renewal<V>> renewals) {
    RenewedAll<Integer> renewed = new RenewedAll<>(new HashSet<>(), new HashMap<>());
    renewals.forEach((key, renewal) -> {
      try {
        if (!renew(key, renewal.entry(), renewal.expiresAt())) {
          renewed.expired().add(key);
        }
      } catch (RemoteUnavailableException e) {
        renewed.failed().put(key, e);
      }
    });
    return renewed;
  }

  private @Nullable StoredEntry<V> same(Integer key, StoredEntry<V> entry, long now) {
    return super.peek(key, now) instanceof VersionedEntry<V> live && live.isSame(entry)
        ? live
        : null;
  }

  private Change<V> versioned(Integer key, Change<V> change, long now) {
    StoredEntry<V> expected = change.expected();
    if (change.condition() == Condition.SAME && expected != null) {
      StoredEntry<V> live = same(key, expected, now);
      expected = live == null ? expected : live;
    }
    Lifetime lifetime = change.lifetime();
    return new Change<>(
        change.condition(),
        expected,
        change.value(),
        lifetime == null ? null : new Versioning(lifetime),
        change.returning(),
        change.known());
  }

  private record Versioning(Lifetime lifetime) implements Lifetime {
    @Override
    public <V> StoredEntry<V> created(V value, long now) {
      return versioned(lifetime.created(value, now), now);
    }

    @Override
    public <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now) {
      return versioned(lifetime.updated(value, prior, now), now);
    }

    private static <V> StoredEntry<V> versioned(StoredEntry<V> entry, long now) {
      Identity identity = new Identity(VERSIONS.incrementAndGet(), 1);
      VersionedEntry<V> versioned =
          new VersionedEntry<>(
              entry.value(), identity, entry.expiresAt(), entry.hasOwnLife(), 0, now);
      return (entry.notes() == Notes.NONE)
          ? versioned
          : new FetchedEntry<>(versioned, FetchedEntry.UNTOLD, entry.notes());
    }

    @Override
    public Terms terms() {
      return lifetime.terms();
    }

    @Override
    public Notes notes() {
      return lifetime.notes();
    }
  }
}
