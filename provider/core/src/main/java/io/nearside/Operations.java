package io.nearside;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What operators may change while the caches run: of one cache ({@link NearsideCache#operations})
 * or of all caches of the manager ({@link NearsideManager#operations}), on this node or on all
 * nodes of the namespace. Thread-safe.
 *
 * <p>Of several orders the closest counts: for this node before for all, for the cache before for
 * all caches. An order for this node ends with it. One for all nodes is kept in Redis: nodes look
 * for it every three seconds, those that start later obey it too, and if Redis loses it all is as
 * configured again. While Redis is away each node keeps to what it knows.
 */
public interface Operations {

  /** How a cache works. */
  enum Mode {
    /** By its settings. */
    NORMAL,
    /**
     * Without copies in this JVM: each read asks Redis. The same as NORMAL where there are none.
     */
    REMOTE_ONLY,
    /**
     * Without any tier: reads call the loader or miss; put and remove tell the writer, and remove
     * what the tiers hold of the key, at once or, if Redis can't be told, when it can; what must
     * know the entry that is there (such as {@code putIfAbsent}, {@code invoke}, {@code getAndPut})
     * is refused. Writes behind are queued as always.
     */
    BYPASS,
    /** Reads and loads as always; changes are refused. */
    READ_ONLY
  }

  /** Whom an order is for. */
  enum Scope {
    /** This manager. */
    NODE,
    /** All managers of the namespace, also those to come. */
    CLUSTER
  }

  /**
   * Something that was ordered.
   *
   * @param cache its name; {@code *} for all
   * @param setting {@code mode}, or the path of a setting
   * @param value null: as before, by other orders or the configuration
   * @param by who ordered it, as he or she said
   * @param at when, by the clock of the node where it was ordered
   */
  record Order(
      String cache, String setting, @Nullable String value, Scope scope, String by, Instant at) {}

  /** What holds on this node; of a manager: what is ordered for all caches. */
  Mode mode();

  /**
   * Switches. On this node it holds when this returns, for operations that begin from then on; on
   * others within four seconds while they reach Redis.
   *
   * @param mode null takes the order back
   * @param by who wants it, for the record; 1 to 100 characters
   * @throws IllegalArgumentException if the cache can't work so
   * @throws IllegalStateException if the manager is closed
   * @throws RemoteUnavailableException if all nodes are to be told and Redis can't be; nothing has
   *     changed then, unless the outcome is unknown
   */
  void mode(@Nullable Mode mode, Scope scope, String by);

  /**
   * A setting that can change while its cache runs.
   *
   * @param cache its name
   * @param path its name in a file, such as {@code timeToLive}
   * @param value what holds on this node
   * @param configured what holds without orders
   * @param order why it is so, by whom and since when; null: as configured
   */
  record Setting(
      String cache, String path, String value, String configured, @Nullable Order order) {}

  /** All settings that can change while the cache runs; of a manager: those of all its caches. */
  List<Setting> settings();

  /**
   * Changes a setting; for whom and from when, as {@link #mode(Mode, Scope, String)}. What has been
   * written or copied keeps its life, loads and writes under way go on, and what is over a smaller
   * bound makes room.
   *
   * <p>The value is checked as at start, with all that is configured of the cache; of a manager:
   * for each cache that has such a setting. Other nodes check an order for all nodes by their own
   * configuration, and where it does not fit there they log that and go on as before.
   *
   * @param setting the path of one of {@link #settings}
   * @param value as in a file, such as {@code 10m}, {@code 5%} or {@code 20_000}; null takes the
   *     order back
   * @param by who wants it, for the record; 1 to 100 characters
   * @throws IllegalArgumentException if the cache can't change that while it runs, or not so; of a
   *     manager: if none of its caches can, or one of them not so; nothing has changed then
   * @throws IllegalStateException if the manager is closed, or 1,000 orders hold already
   * @throws RemoteUnavailableException if all nodes are to be told and Redis can't be; nothing has
   *     changed then, unless the outcome is unknown
   */
  void set(String setting, @Nullable String value, Scope scope, String by);

  /** The last 100 orders that this node knows of, its own and those of all nodes; newest last. */
  List<Order> history();
}
