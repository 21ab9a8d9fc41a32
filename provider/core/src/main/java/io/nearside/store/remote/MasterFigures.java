package io.nearside.store.remote;

import io.nearside.observe.RemoteFigures;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.redisson.client.RedisConnection;
import org.redisson.connection.ClientConnectionsEntry;
import org.redisson.connection.ConnectionsHolder;

/** Adds up what there is to show of masters. Thread-safe. */
record MasterFigures(Supplier<Collection<Master>> masters) implements RemoteFigures {

  @Override
  public int breakers(BreakerState state) {
    return (int)
        masters.get().stream().filter(master -> master.guard.state().equals(state.name())).count();
  }

  @Override
  public int callsInFlight() {
    return masters.get().stream().mapToInt(master -> master.guard.inFlight()).sum();
  }

  @Override
  public int connections() {
    return sum(pool -> pool.getAllConnections().size());
  }

  @Override
  public int connectionsInUse() {
    return masters.get().stream().mapToInt(MasterFigures::inUse).sum();
  }

  @Override
  public int waitingForConnections() {
    return sum(pool -> pool.getFreeConnectionsCounter().queueSize());
  }

  @Override
  public int maximumConnections() {
    return masters.get().stream().mapToInt(MasterFigures::maximum).sum();
  }

  private static int inUse(Master master) {
    ClientConnectionsEntry entry = master.entry.getEntry();
    return (entry == null)
        ? 0
        : Math.max(
            0,
            maximum(master)
                - entry.getConnectionsHolder().getFreeConnectionsCounter().getCounter());
  }

  private static int maximum(Master master) {
    return master.entry.getConfig().getMasterConnectionPoolSize();
  }

  private int sum(ToIntFunction<ConnectionsHolder<RedisConnection>> figure) {
    int sum = 0;
    for (Master master : masters.get()) {
      ClientConnectionsEntry entry = master.entry.getEntry();
      sum += (entry == null) ? 0 : figure.applyAsInt(entry.getConnectionsHolder());
    }
    return sum;
  }
}
