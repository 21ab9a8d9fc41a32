package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.codec.KeyAddress;
import io.nearside.config.RemoteSettings;
import io.nearside.store.Authority;
import io.nearside.store.Bus;
import io.nearside.store.Bus.Beat;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Clock;
import io.nearside.store.RecordingObserver;
import io.nearside.store.VersionedEntry.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node whose bus runs, and what it has heard. */
final class BusBed implements AutoCloseable, Bus.Hearer {
  /** Much shorter than in life. */
  static final Duration BEAT = Duration.ofMillis(50);

  private static final Duration SOON = Duration.ofSeconds(30);

  final Clock clock = Clock.system();
  final RemoteTier tier;
  final Bus bus;
  private final RemoteBed bed;
  private final ScheduledExecutorService ticking = Executors.newSingleThreadScheduledExecutor();
  private final Map<Master, List<String>> events = new ConcurrentHashMap<>();
  private final Map<Master, List<Beat>> beats = new ConcurrentHashMap<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  BusBed(RemoteSettings settings) {
    this.bed = new RemoteBed(settings);
    this.tier = bed.tier;
    this.bus = tier.bus(BEAT);
    bus.start(this);
    ticking.scheduleWithFixedDelay(tier::tick, 0, 20, TimeUnit.MILLISECONDS);
  }

  /** Of a server or, separated by commas, a cluster. */
  static RemoteSettings settings(RemoteSettings.Mode mode, List<String> addresses) {
    return new RemoteSettings(
        "test",
        new RemoteSettings.Address(mode, addresses, null, 0, null, null, null, null, false),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        1,
        8,
        LocalRedis.NO_BREAKER,
        256);
  }

  static RemoteSettings settings(String address) {
    return settings(RemoteSettings.Mode.SINGLE, List.of(address));
  }

  private void note(Master master, String event) {
    if (!threads.contains(Thread.currentThread())) {
      threads.add(Thread.currentThread());
    }
    events.computeIfAbsent(master, absent -> new CopyOnWriteArrayList<>()).add(event);
  }

  @Override
  public void subscribed(Master master) {
    note(master, "subscribed");
  }

  @Override
  public void lost(Master master) {
    note(master, "lost");
  }

  @Override
  public void beat(Master master, Beat beat) {
    note(master, "beat");
    beats.computeIfAbsent(master, absent -> new CopyOnWriteArrayList<>()).add(beat);
  }

  @Override
  public void gone(Master master) {
    note(master, "gone");
  }

  /** The only master. */
  Master awaitMaster() {
    await().atMost(SOON).until(() -> events.size() == 1);
    return events.keySet().iterator().next();
  }

  /** Those that are subscribed now. */
  List<Master> masters() {
    return events.keySet().stream()
        .filter(master -> {
          List<String> states = states(master);
          return !states.isEmpty() && states.get(states.size() - 1).equals("subscribed");
        })
        .toList();
  }

  List<String> events(Master master) {
    return events.getOrDefault(master, List.of());
  }

  List<String> states(Master master) {
    return events(master).stream().filter(event -> !event.equals("beat")).toList();
  }

  List<Beat> beats(Master master) {
    return beats.getOrDefault(master, List.of());
  }

  boolean hasHeard(Master master, Beat awaited) {
    return beats(master).stream()
        .anyMatch(beat ->
            beat.runId().equals(awaited.runId())
                && beat.incarnation() == awaited.incarnation()
                && beat.number() >= awaited.number());
  }

  /** A call for a beat that has ended. */
  CompletableFuture<BeatReply> beat(Master master) {
    CompletableFuture<BeatReply> reply = bus.beat(master).toCompletableFuture();
    try {
      reply.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).hasMessageContaining("redis at");
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no end of a beat", e);
    }
    return reply;
  }

  BeatReply awaitBeat(Master master) {
    BeatReply[] got = new BeatReply[1];
    await()
        .atMost(SOON)
        .until(() -> {
          CompletableFuture<BeatReply> reply = beat(master);
          if (reply.isCompletedExceptionally()) {
            return false;
          }
          got[0] = reply.join();
          return true;
        });
    return got[0];
  }

  /** Threads that have told something. */
  int tellingThreads() {
    return threads.size();
  }

  Ear hear(String cache) {
    return new Ear(RemoteBed.Options.of(cache));
  }

  /** A cache of this node, and what it has heard. */
  final class Ear implements Authority.Hearer<String> {
    final RemoteStore<String, String> store;
    final Layout layout;
    private final List<String> all = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();

    private Ear(RemoteBed.Options options) {
      layout = bed.layout(options);
      store = bed.authority(options, String.class, String.class, new RecordingObserver<>());
      store.hearer(this);
    }

    /** Of the entry of a key in its canonical form. */
    String name(String canonical) {
      return layout.key(KeyAddress.of(canonical, layout.partitions())).entry();
    }

    int partition(String canonical) {
      return KeyAddress.of(canonical, layout.partitions()).partition();
    }

    private synchronized void note(String event) {
      all.add(event);
      count.incrementAndGet();
    }

    @Override
    public void changed(String key, @Nullable Identity identity) {
      note("changed " + key + " " + (identity == null ? null : identity.toString()));
    }

    @Override
    public void dropped(int partition) {
      note("dropped " + partition);
    }

    @Override
    public void cleared(int partition, long generation) {
      note("cleared " + partition + " " + generation);
    }

    @Override
    public void invalidated(Collection<String> tags) {
      note("invalidated " + tags);
    }

    @Override
    public void droppedAll() {
      note("everything");
    }

    synchronized List<String> all() {
      return List.copyOf(all);
    }

    int count() {
      return count.get();
    }

    /** The keys, in order. */
    List<String> changed() {
      return all().stream()
          .filter(event -> event.startsWith("changed"))
          .map(event -> event.split(" ")[1])
          .toList();
    }
  }

  @Override
  public void close() {
    ticking.shutdownNow();
    bed.close();
  }
}
