package io.nearside.simulator;

import io.nearside.store.CopiedEntry;
import io.nearside.store.Copies;
import io.nearside.store.Epoch;
import io.nearside.store.Reservation;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.local.LocalCopies;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The real copies, with a pause before and after each step; some mutants live here. */
final class PausingCopies implements Copies<Integer, Long> {
  private final LocalCopies<Integer, Long> copies;
  private final SimNode node;
  private final World world;

  PausingCopies(LocalCopies<Integer, Long> copies, SimNode node) {
    this.copies = copies;
    this.node = node;
    this.world = node.world;
  }

  @Override
  public @Nullable CopiedEntry<Long> read(Integer key) {
    world.pause();
    CopiedEntry<Long> copy = copies.read(key);
    if (!node.dead) {
      world.count(copy == null ? "no copy" : "copy");
    }
    world.pause();
    return copy;
  }

  @Override
  public @Nullable CopiedEntry<Long> peek(Integer key) {
    world.pause();
    CopiedEntry<Long> copy = copies.peek(key);
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
      Integer key, Reservation reservation, CopiedEntry<Long> copy, long generation) {
    world.pause();
    boolean fresh =
        world.mutant == Mutant.NO_RESERVATION
            || world.mutant == Mutant.NO_RESERVATION_FOR_OWN_WRITES && world.isWriting();
    CopiedEntry<Long> known = copy;
    if (copy.epoch() instanceof SimNode.LateEpoch late) {
      Epoch epoch = node.coherence.now().epoch(late.master(), late.slot());
      if (epoch == null) {
        return false;
      }
      known = new CopiedEntry<>(copy, copy.expiresAt(), copy.partition(), copy.slot(), epoch);
    }
    boolean installed =
        fresh
            ? copies.install(key, copies.reserve(key, copy.partition()), known, generation)
            : copies.install(key, reservation, known, generation);
    world.trace(() -> node + " copies " + key + ": " + copy.value() + " " + installed);
    world.count(installed ? "installed" : "not installed");
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
    if (world.mutant == Mutant.ORDER_INSTEAD_OF_EQUALITY && identity != null) {
      CopiedEntry<Long> copy = copies.peek(key);
      if (copy != null && copy.identity().version() >= identity.version()) {
        return copies.changed(key, copy.identity());
      }
    }
    boolean dropped = copies.changed(key, identity);
    world.trace(() -> node + " drops " + key + " but " + identity + ": " + dropped);
    world.pause();
    return dropped;
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
  public void clear() {
    world.pause();
    copies.clear();
  }

  @Override
  public Iterator<Map.Entry<Integer, CopiedEntry<Long>>> iterator() {
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
