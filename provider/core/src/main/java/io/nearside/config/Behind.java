package io.nearside.config;

import io.nearside.Topology;
import io.nearside.config.Kind.Acknowledge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out whether a cache's changes reach its writer later, and how. */
final class Behind {
  private static final List<Setting> ALL =
      List.of(
          Setting.WRITE_BEHIND_FLUSH_INTERVAL,
          Setting.WRITE_BEHIND_BATCH_SIZE,
          Setting.WRITE_BEHIND_MAX_ATTEMPTS,
          Setting.WRITE_BEHIND_MAXIMUM_LAG,
          Setting.WRITE_BEHIND_MAXIMUM_DEPTH,
          Setting.WRITE_BEHIND_WHEN_FULL,
          Setting.WRITE_BEHIND_ACKNOWLEDGE,
          Setting.WRITE_BEHIND_JOURNAL,
          Setting.WRITE_BEHIND_MAXIMUM_BYTES);

  private final Layers layers;
  private final @Nullable RemoteSettings remote;

  Behind(Layers layers, @Nullable RemoteSettings remote) {
    this.layers = layers;
    this.remote = remote;
  }

  /**
   * Any of the settings asks for write-behind; those in {@code defaults} only of caches that have a
   * writer.
   *
   * @param writes whether there is a writer that is called
   */
  @Nullable WriteBehindSettings settings(Topology topology, boolean writes) {
    Setting said = ALL.stream().filter(one -> layers.first(one) != null).findFirst().orElse(null);
    if (said == null) {
      return null;
    }
    if (!writes) {
      refuseWithoutWriter();
      return null;
    }
    WriteBehindSettings given = given(byReplica(topology), journal(topology));
    if (topology != Topology.LOCAL && remote != null) {
      requireRoom(given, remote.partitions());
    }
    return given;
  }

  /** Each partition has its share of the room. */
  private void requireRoom(WriteBehindSettings given, int partitions) {
    Layer.Assigned depth = layers.first(Setting.WRITE_BEHIND_MAXIMUM_DEPTH);
    if (depth != null && given.maximumDepth() < partitions) {
      throw depth
          .place()
          .error(
              Setting.WRITE_BEHIND_MAXIMUM_DEPTH.path(),
              "must be >= remote.partitions "
                  + partitions
                  + ", which share it evenly, was "
                  + given.maximumDepth());
    }
  }

  private void refuseWithoutWriter() {
    for (Setting setting : ALL) {
      Layer.Assigned own = layers.firstOwn(setting);
      if (own != null) {
        throw own.place()
            .error(setting.path(), "needs a writer that is called: give writer, or take it out");
      }
    }
  }

  private WriteBehindSettings given(boolean byReplica, @Nullable JournalSettings journal) {
    WriteBehindSettings byDefault = WriteBehindSettings.DEFAULT;
    Layer.Assigned lag = layers.first(Setting.WRITE_BEHIND_MAXIMUM_LAG);
    return new WriteBehindSettings(
        layers.value(
            Setting.WRITE_BEHIND_FLUSH_INTERVAL, Duration.class, byDefault.flushInterval()),
        layers.value(Setting.WRITE_BEHIND_BATCH_SIZE, Integer.class, byDefault.batchSize()),
        layers.value(Setting.WRITE_BEHIND_MAX_ATTEMPTS, Integer.class, byDefault.maximumAttempts()),
        lag == null ? null : lag.as(Duration.class),
        layers.value(Setting.WRITE_BEHIND_MAXIMUM_DEPTH, Integer.class, byDefault.maximumDepth()),
        layers.value(Setting.WRITE_BEHIND_WHEN_FULL, Duration.class, byDefault.block()),
        byReplica,
        journal);
  }

  /** That of defaults is for the caches over Redis. */
  private boolean byReplica(Topology topology) {
    Acknowledge asked =
        layers.value(Setting.WRITE_BEHIND_ACKNOWLEDGE, Acknowledge.class, Acknowledge.LOCAL);
    Layer.Assigned own = layers.firstOwn(Setting.WRITE_BEHIND_ACKNOWLEDGE);
    if (topology != Topology.LOCAL || asked == Acknowledge.LOCAL) {
      return asked == Acknowledge.REPLICA;
    }
    if (own == null) {
      return false;
    }
    throw own.place()
        .error(
            Setting.WRITE_BEHIND_ACKNOWLEDGE.path(),
            "must be local with topology local, whose queue is in this JVM or its journal and has no"
                + " replica, was replica: take it out, or choose topology remote or two-tier");
  }

  /** That of defaults is for the local caches. */
  private @Nullable JournalSettings journal(Topology topology) {
    Layer.Assigned directory = layers.first(Setting.WRITE_BEHIND_JOURNAL);
    Layer.Assigned bytes = layers.firstOwn(Setting.WRITE_BEHIND_MAXIMUM_BYTES);
    if (directory == null) {
      if (bytes != null) {
        throw bytes
            .place()
            .error(
                Setting.WRITE_BEHIND_MAXIMUM_BYTES.path(),
                "needs writeBehind.journal, whose writes it bounds: give it, or take it out");
      }
      return null;
    }
    if (topology != Topology.LOCAL) {
      Layer.Assigned own = layers.firstOwn(Setting.WRITE_BEHIND_JOURNAL);
      if (own != null) {
        throw own.place()
            .error(
                Setting.WRITE_BEHIND_JOURNAL.path(),
                "has no effect with topology "
                    + Choice.name(topology)
                    + ", whose queue is in Redis: take one of them out");
      }
      return null;
    }
    return new JournalSettings(
        directory.as(Path.class),
        layers.value(
            Setting.WRITE_BEHIND_MAXIMUM_BYTES, Long.class, JournalSettings.DEFAULT_MAXIMUM_BYTES));
  }
}
