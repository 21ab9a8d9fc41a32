package io.nearside.simulator;

import io.nearside.store.CopiedEntry;
import io.nearside.store.Copies;
import io.nearside.store.Epoch;
import io.nearside.store.Reservation;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.local.LocalCopies;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The real copies, with a pause before and after each step; some mutants live here. */
final class PausingCopies<V> implements Copies<Integer, V> {
  private final LocalCopies<Integer, V> copies;
  private final String what;
  private final boolean isOfBlanks;
  private final SimNode node;
  private final World world;

  PausingCopies(LocalCopies<Integer, V> copies, boolean isOfBlanks, SimNode node) {
    this.copies = copies;
    this.what = isOfBlanks ? "copy of a blank" : "copy";
    this.isOfBlanks = isOfBlanks;
    this.node = node;
    this.world = node.world;
  }

  @Override
  public @Nullable CopiedEntry<V> read(Integer key) {
    world.pause();
    CopiedEntry<V> copy = copies.read(key);
    if (!node.dead) {
      world.count(copy == null ? "no " + what : what);
    }
    world.pause();
    return copy;
  }

  @Override
  public @Nullable CopiedEntry<V> peek(Integer key) {
    world.pause();
    CopiedEntry<V> copy = copies.peek(key);
    world.pause();
    return copy;
  }

  @Override
  public Reservation reserve(Integer key, int partition) {
    world.pause();
    Reservation reservation = copies.reserve(key, partition);
    world.pause();
    return reservation;
  }

  @Override
  public boolean install(
      Integer key, Reservation reservation, CopiedEntry<V> copy, long generation) {
    world.pause();
    boolean fresh =
        world.mutant == Mutant.NO_RESERVATION
            || world.mutant == Mutant.NO_RESERVATION_FOR_OWN_WRITES && world.isWriting();
    CopiedEntry<V> known = copy;
    if (copy.epoch() instanceof SimNode.LateEpoch late) {
      Epoch epoch = node.coherence.now().epoch(late.master(), late.slot());
      if (epoch == null) {
        return false;
      }
      known = CopiedEntry.of(copy, copy.expiresAt(), copy.partition(), copy.slot(), epoch);
    }
    boolean installed =
        fresh
            ? copies.install(key, copies.reserve(key, copy.partition()), known, generation)
            : copies.install(key, reservation, known, generation);
    world.trace(
        () -> node + " has a " + what + " of " + key + ": " + copy.value() + " " + installed);
    world.count(what + (installed ? " installed" : " not installed"));
    world.pause();
    return installed;
  }

  @Override
  public void release(Integer key, Reservation reservation) {
    world.pause();
    copies.release(key, reservation);
  }

  @Override
  public boolean changed(Integer key, @Nullable Identity identity) {
    world.pause();
    if (isOfBlanks && world.mutant == Mutant.BLANK_COPY_OUTLIVES_CHANGE) {
      return false;
    }
    if (world.mutant == Mutant.ORDER_INSTEAD_OF_EQUALITY && identity != null) {
      CopiedEntry<V> copy = copies.peek(key);
      if (copy != null && copy.identity().version() >= identity.version()) {
        return copies.changed(key, copy.identity());
      }
    }
    boolean dropped = copies.changed(key, identity);
    world.trace(
        () -> node + " drops its " + what + " of " + key + " but " + identity + ": " + dropped);
    world.pause();
    return dropped;
  }

  @Override
  public void dropTags(Collection<String> tags) {
    world.pause();
    copies.dropTags(tags);
    world.pause();
  }

  @Override
  public void dropPartition(int partition) {
    copies.dropPartition(partition);
  }

  @Override
  public void clearPartition(int partition, long generation) {
    world.pause();
    copies.clearPartition(partition, generation);
    world.pause();
  }

  @Override
  public void limit(long maximum) {
    copies.limit(maximum);
  }

  @Override
  public void clear() {
    world.pause();
    copies.clear();
  }

  @Override
  public Iterator<Map.Entry<Integer, CopiedEntry<V>>> iterator() {
    return copies.iterator();
  }

  @Override
  public void expire(long now) {
    copies.expire(now);
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    return copies.unwrap(type);
  }

  @Override
  public void close() {
    copies.close();
  }
}
