package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.config.RemoteSettings;
import io.nearside.store.Bus.BeatReply;
import io.nearside.store.Bus.Master;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.Slots;
import io.nearside.store.StoredEntry;
import io.nearside.store.VersionedEntry;
import io.nearside.testserver.RedisCluster;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bus over a cluster: a channel for each master, slots that move, masters that change. */
@Tag("any-jdk")
class RedisBusClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int MASTERS = 3;

  private static RedisCluster cluster;
  private BusBed bed;

  @BeforeAll
  static void start() throws IOException {
    cluster = RedisCluster.start(MASTERS, 1);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    bed =
        new BusBed(
            BusBed.settings(
                RemoteSettings.Mode.CLUSTER,
                cluster.nodes().stream().map(RedisServer::address).toList()));
    await().atMost(SOON).until(() -> bed.masters().size() == MASTERS);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** The reply of the master that owns a slot now, by its own word. */
  private BeatReply replyOf(int slot) {
    List<BeatReply> owners = new ArrayList<>();
    for (Master master : bed.masters()) {
      BeatReply reply = bed.awaitBeat(master);
      if (reply.owned().has(slot)) {
        owners.add(reply);
      }
    }
    assertThat(owners).hasSizeLessThanOrEqualTo(1);
    return owners.isEmpty() ? null : owners.get(0);
  }

  private static RedisServer other(RedisServer than) throws IOException {
    return cluster.masters().stream().filter(node -> node != than).findFirst().orElseThrow();
  }

  private void awaitHearing(BusBed.Ear ear, String key) {
    await()
        .atMost(SOON)
        .until(() -> {
          ear.store.apply(key, Change.put("v", Lives.FOR_EVER), Clock.system().nanos());
          return ear.changed().contains(key);
        });
  }

  @Test
  void theMastersOwnAllSlotsBetweenThem() {
    for (Master master : bed.masters()) {
      BeatReply reply = bed.awaitBeat(master);
      assertThat(reply.configurationEpoch()).isPositive();
      await()
          .atMost(SOON)
          .until(() -> {
            bed.beat(master);
            return bed.hasHeard(master, reply.awaited());
          });
      bed.beats(master).forEach(beat -> assertThat(beat.runId()).isEqualTo(reply.runId()));
    }
    List<BeatReply> replies = bed.masters().stream().map(bed::awaitBeat).toList();
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      int wanted = slot;
      assertThat(replies.stream().filter(reply -> reply.owned().has(wanted)).count()).isOne();
    }
  }

  @Test
  void everyChangeIsHeardOnceAndInOrder() {
    BusBed.Ear ear = bed.hear("orders");
    Map<String, List<String>> versions = new HashMap<>();
    for (int i = 0; i < 600; i++) {
      String key = "k" + i % 60;
      var applied = ear.store.apply(key, Change.put("v", Lives.FOR_EVER), Clock.system().nanos());
      var entry = (VersionedEntry<?>) applied.current();
      versions
          .computeIfAbsent(key, absent -> new ArrayList<>())
          .add("changed " + key + " " + entry.identity());
    }
    await().atMost(SOON).until(() -> ear.changed().size() == 600);
    versions.forEach((key, wanted) ->
        assertThat(ear.all().stream().filter(event -> event.startsWith("changed " + key + " ")))
            .containsExactlyElementsOf(wanted));
  }

  @Test
  void aSlotOnItsWayIsOwnedByNobodyAndItsComingBackIsAnotherIncarnation() throws IOException {
    int slot = 5_000;
    RedisServer owner = cluster.owner(slot);
    RedisServer other = other(owner);
    BeatReply before = replyOf(slot);
    assertThat(replyOf(slot).incarnation()).isEqualTo(before.incarnation());
    owner.call("CLUSTER", "SETSLOT", slot, "MIGRATING", other.ask("CLUSTER", "MYID"));
    await().atMost(SOON).until(() -> replyOf(slot) == null);
    owner.call("CLUSTER", "SETSLOT", slot, "STABLE");
    await().atMost(SOON).until(() -> replyOf(slot) != null);
    BeatReply after = replyOf(slot);
    assertThat(after.runId()).isEqualTo(before.runId());
    assertThat(after.configurationEpoch())
        .as("an abort leaves it")
        .isEqualTo(before.configurationEpoch());
    assertThat(after.incarnation()).isNotEqualTo(before.incarnation());
  }

  @Test
  void whoOnlyLosesSlotsStaysTheSame() throws IOException {
    RedisServer owner = cluster.owner(5_000);
    RedisServer other = other(owner);
    int kept = home(masterAt(owner));
    int slot = kept == 5_000 ? 5_001 : 5_000;
    BeatReply before = replyOf(kept);
    assertThat(before.owned().has(slot)).isTrue();
    cluster.moveSlot(slot, other);
    await().atMost(SOON).until(() -> !replyOf(kept).owned().has(slot));
    assertThat(replyOf(kept).incarnation()).isEqualTo(before.incarnation());
    assertThat(replyOf(kept).configurationEpoch()).isEqualTo(before.configurationEpoch());
    cluster.moveSlot(slot, owner);
  }

  private Master masterAt(RedisServer node) {
    return bed.masters().stream()
        .filter(master -> master.name().contains(":" + node.port()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSlotThatMovesIsHeardOfElsewhere() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    String key = "k";
    awaitHearing(ear, key);
    int slot = ear.store.slot(ear.store.partition(key));
    assertThat(slot).isEqualTo(RedisCluster.slot(cluster.nodes().get(0), ear.name("s:k")));
    RedisServer from = cluster.owner(slot);
    RedisServer to = other(from);
    BeatReply before = replyOf(slot);
    cluster.moveSlot(slot, to);
    await()
        .atMost(SOON)
        .until(() -> {
          BeatReply now = replyOf(slot);
          return now != null && !now.runId().equals(before.runId());
        });
    assertThat(replyOf(slot).runId()).isEqualTo(to.info("run_id"));
    int known = ear.count();
    ear.store.apply(key, Change.put("v", Lives.FOR_EVER), Clock.system().nanos());
    await().atMost(SOON).until(() -> ear.count() > known);
    cluster.moveSlot(slot, from);
    await()
        .atMost(SOON)
        .until(() -> {
          BeatReply now = replyOf(slot);
          return now != null && now.runId().equals(before.runId());
        });
    assertThat(replyOf(slot).configurationEpoch()).isGreaterThan(before.configurationEpoch());
  }

  @Test
  void aMasterBeatsOnThoughTheSlotOfItsBeatsMoves() throws IOException {
    int first = home(bed.masters().get(0));
    RedisServer from = cluster.owner(first);
    BeatReply before = replyOf(first);
    cluster.moveSlot(first, other(from));
    await()
        .atMost(SOON)
        .until(() ->
            bed.masters().stream()
                .map(bed::awaitBeat)
                .anyMatch(
                    reply -> reply.runId().equals(before.runId()) && !reply.owned().has(first)));
    cluster.moveSlot(first, from);
    await()
        .atMost(SOON)
        .until(() -> {
          BeatReply now = replyOf(first);
          return now != null && now.runId().equals(before.runId());
        });
  }

  /** Where its beats are. */
  private static int home(Master master) throws IOException {
    for (RedisServer node : cluster.masters()) {
      if (master.name().contains(":" + node.port())) {
        return Ownership.ofMyself(node.ask("CLUSTER", "NODES")).home();
      }
    }
    throw new IOException("no node is " + master.name());
  }

  @Test
  void aFailOverMakesOneMasterGoAndAnotherCome() throws IOException {
    BusBed.Ear ear = bed.hear("orders");
    awaitHearing(ear, "k");
    int slot = ear.store.slot(ear.store.partition("k"));
    RedisServer old = cluster.owner(slot);
    BeatReply before = replyOf(slot);
    List<Master> masters = bed.masters();
    RedisServer replica = replicaOf(old);
    cluster.failOver(replica);
    await()
        .atMost(SOON)
        .until(() ->
            masters.stream().filter(master -> bed.states(master).contains("gone")).count() == 1);
    await().atMost(SOON).until(() -> bed.masters().size() == MASTERS);
    await().atMost(SOON).until(() -> replyOf(slot) != null);
    assertThat(replyOf(slot).runId())
        .isEqualTo(replica.info("run_id"))
        .isNotEqualTo(before.runId());
    int known = ear.count();
    ear.store.apply("k", Change.put("v", Lives.FOR_EVER), Clock.system().nanos());
    await().atMost(SOON).until(() -> ear.count() > known);
  }

  private static RedisServer replicaOf(RedisServer master) throws IOException {
    for (RedisServer node : cluster.nodes()) {
      if (node.info("role").equals("slave")
          && node.info("master_port").equals(Integer.toString(master.port()))) {
        return node;
      }
    }
    throw new IOException("no replica follows " + master.hostAndPort());
  }

  @Test
  void manyReadsOfManySlotsAreFencedInOneRound() {
    BusBed.Ear ear = bed.hear("orders");
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      keys.add("k" + i);
      ear.store.apply("k" + i, Change.put("v" + i, Lives.FOR_EVER), Clock.system().nanos());
    }
    var found = ear.store.readAll(keys, Clock.system().nanos());
    for (int i = 0; i < 300; i++) {
      assertThat(found.get("k" + i))
          .isInstanceOfSatisfying(
              StoredEntry.class, entry -> assertThat(entry.value().toString()).startsWith("v"));
    }
    List<byte[]> alone = bed.tier.connection().fetch(List.of(ear.name("s:k7")));
    assertThat(new String(alone.get(0), UTF_8)).contains("v7");
  }
}
