package io.nearside.store.remote;

import io.nearside.resilience.Request;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.redisson.client.protocol.RedisCommand;

/**
 * One command over many keys: to each master in steps, each step one round trip, the masters side
 * by side. Within a step the keys of a slot share a command. A master that fails is not asked on.
 */
final class Bulk {
  /** Keys in one step, but for what else a group names: the first of several. */
  static final int STEP = 500;

  private final Commands commands;
  private final Request request;
  private final RedisCommand<?> command;
  private final Function<List<String>, Object[]> words;
  private final Replies replies;

  /** Where replies go; called by one thread for one master at a time. */
  interface Replies {
    /**
     * @param items that the command was about, in its order
     */
    void accept(List<Item> items, Object reply);
  }

  /** Keys that belong together, of one slot. */
  record Item(int index, int slot, List<String> keys) {}

  Bulk(Commands commands, Request request, RedisCommand<?> command, Replies replies) {
    this.commands = commands;
    this.request = request;
    this.command = command;
    this.words = List::toArray;
    this.replies = replies;
  }

  /** Which reads. */
  Bulk(Commands commands, Request request, Reading reading, Replies replies) {
    this.commands = commands;
    this.request = request;
    this.command = reading.command();
    this.words = reading::words;
    this.replies = replies;
  }

  /**
   * Completes when all masters have been asked, with the first failure if there was one.
   *
   * @param nanos what the first steps may take; each later one has the time of a call at least
   */
  CompletableFuture<@Nullable Throwable> run(Map<Master, List<Item>> work, long nanos) {
    List<CompletableFuture<@Nullable Throwable>> ways = new ArrayList<>();
    work.forEach((master, items) -> ways.add(way(master, steps(items), nanos)));
    return CompletableFuture.allOf(ways.toArray(CompletableFuture[]::new))
        .thenApply(nothing -> firstFailure(ways));
  }

  private static @Nullable Throwable firstFailure(
      List<CompletableFuture<@Nullable Throwable>> ways) {
    for (CompletableFuture<@Nullable Throwable> way : ways) {
      Throwable failure = way.join();
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  private static Iterator<List<Item>> steps(List<Item> items) {
    List<List<Item>> steps = new ArrayList<>();
    int from = 0;
    int keys = 0;
    for (int i = 0; i < items.size(); i++) {
      int more = Math.max(1, items.get(i).keys.size() - 1);
      if (keys + more > STEP && i > from) {
        steps.add(items.subList(from, i));
        from = i;
        keys = 0;
      }
      keys += more;
    }
    steps.add(items.subList(from, items.size()));
    return steps.iterator();
  }

  private CompletableFuture<@Nullable Throwable> way(
      Master master, Iterator<List<Item>> steps, long nanos) {
    if (!steps.hasNext()) {
      return CompletableFuture.completedFuture(null);
    }
    return step(master, steps.next(), nanos)
        .thenCompose(failure ->
            failure == null
                ? way(master, steps, Math.max(nanos, commands.timeoutNanos()))
                : CompletableFuture.<@Nullable Throwable>completedFuture(failure));
  }

  private CompletableFuture<@Nullable Throwable> step(Master master, List<Item> items, long nanos) {
    List<List<Item>> bySlot = commands.clustered() ? bySlot(items) : List.of(items);
    return master
        .guard
        .callAsync(request, nanos, () -> sent(master, bySlot))
        .handle((outcomes, failure) -> failure != null ? failure : taken(master, bySlot, outcomes));
  }

  private static List<List<Item>> bySlot(List<Item> items) {
    Map<Integer, List<Item>> slots = new LinkedHashMap<>();
    for (Item item : items) {
      slots.computeIfAbsent(item.slot, absent -> new ArrayList<>()).add(item);
    }
    return List.copyOf(slots.values());
  }

  private CompletableFuture<List<Object>> sent(Master master, List<List<Item>> bySlot) {
    if (bySlot.size() == 1) {
      return commands
          .<Object, Object>send(master.entry, Commands.cast(command), words(bySlot.get(0)))
          .thenApply(List::of);
    }
    Pipeline pipeline = commands.pipeline(master.entry);
    bySlot.forEach(items -> pipeline.add(command, words(items)));
    return pipeline.send();
  }

  private Object[] words(List<Item> items) {
    List<String> keys = new ArrayList<>(2 * items.size());
    for (Item item : items) {
      keys.addAll(item.keys);
    }
    return words.apply(keys);
  }

  private @Nullable Throwable taken(Master master, List<List<Item>> bySlot, List<Object> outcomes) {
    Throwable failure = null;
    for (int i = 0; i < bySlot.size(); i++) {
      if (outcomes.get(i) instanceof Throwable partial) {
        failure = master.guard.described(request, partial);
      } else {
        replies.accept(bySlot.get(i), outcomes.get(i));
      }
    }
    return failure;
  }
}
