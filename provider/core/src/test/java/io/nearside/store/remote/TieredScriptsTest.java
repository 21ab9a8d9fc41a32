package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.codec.Envelope;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Clock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RTopic;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.codec.ByteArrayCodec;

/** What scripts do for those who hold copies: what they announce, and what they refuse. */
class TieredScriptsTest extends ScriptTest {
  private static final String CHANNEL = "nearside:tiered:single";

  private final Scripts announcing =
      new Scripts(connection, Clock.system(), Channels.of("tiered", null, 1));
  private final Scripts fenced =
      new Scripts(new FencedConnection(connection), Clock.system(), Channels.of("tiered", null, 1));
  private final Queue<Announcement> heard = new ConcurrentLinkedQueue<>();
  private final RTopic topic = client.getTopic(CHANNEL, ByteArrayCodec.INSTANCE);

  @BeforeEach
  void hear() {
    topic.addListener(
        byte[].class,
        (channel, message) -> heard.add(Objects.requireNonNull(Announcement.parse(message))));
  }

  @AfterEach
  void hearNoMore() {
    topic.removeAllListeners();
    config("min-replicas-to-write", "0");
  }

  private void config(String name, String value) {
    client.getRedisNodes(RedisNodes.SINGLE).getInstance().setConfig(name, value);
  }

  /** What was announced until now. */
  private List<Announcement> announced() {
    topic.publish(new byte[] {1, 2, 0, 0, 0, 0, 0, 0, 0, 'e', 'n', 'd'});
    await().until(() -> heard.contains(new Announcement.Cleared(0, "end")));
    List<Announcement> all = List.copyOf(heard);
    heard.clear();
    return all.subList(0, all.size() - 1);
  }

  private ChangeReply fill(Condition condition) {
    Leased leased = Objects.requireNonNull(announcing.reserve(CLAIM, LEASE).leased());
    return announcing.fill(
        new Scripts.KeyedFill(KEYS, leased, storing(condition, null, life(HOUR))));
  }

  private Announcement changed(Envelope.View entry) {
    return new Announcement.Changed(entry.version(), entry.nonce(), KEYS.entry());
  }

  private Announcement gone(long version) {
    return new Announcement.Changed(version, 0, KEYS.entry());
  }

  @Test
  void aChangeAnnouncesTheIdentityOfWhatIsThere() {
    put("a", FOR_EVER);
    announcing.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    assertThat(announced()).containsExactly(changed(entry()));
    ChangeReply removed = announcing.change(KEYS, removing(Condition.NONE, null));
    assertThat(announced()).containsExactly(gone(removed.version()));
    ChangeReply refused = announcing.change(KEYS, storing(Condition.PRESENT, null, FOR_EVER));
    assertThat(refused.status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(announced()).isEmpty();
  }

  @Test
  void aFillOverNothingIsSilentWhileNothingHasBeenEvicted() {
    try (Quiet quiet = new Quiet()) {
      assertThat(quiet.fill(FillOver.NOTHING)).isEmpty();
      assertThat(quiet.fill(FillOver.LIVE)).hasSize(1);
      assertThat(quiet.fill(FillOver.NOTHING)).isEmpty();
      quiet.evict();
      assertThat(quiet.fill(FillOver.NOTHING)).hasSize(1);
    }
  }

  @Test
  void aFillThatAdoptsWhatIsThereIsSilent() {
    put("a", FOR_EVER);
    assertThat(fill(Condition.ABSENT).status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(announced()).isEmpty();
  }

  @Test
  void aRefreshOfALiveEntryIsAnnounced() {
    put("a", FOR_EVER);
    assertThat(fill(Condition.PRESENT).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(announced()).containsExactly(changed(entry()));
  }

  /** Deletes the head, has it made again, and tells what was said. */
  private List<Announcement> afterLoss(Runnable maker) {
    bucket(KEYS.head()).delete();
    announced();
    maker.run();
    return announced();
  }

  private Announcement begun() {
    return new Announcement.Cleared(head().generation(), TAG);
  }

  @Test
  void whoMakesAHeadAnnouncesThatItsPartitionBeginsAnew() {
    put("a", FOR_EVER);
    Runnable change = () -> announcing.change(KEYS, storing(Condition.NONE, null, FOR_EVER));
    assertThat(afterLoss(change)).containsExactly(begun(), changed(entry()));
    change.run();
    assertThat(announced()).containsExactly(changed(entry()));

    Runnable many =
        () ->
            announcing.changeAll(
                List.of(new Scripts.KeyedChange(KEYS, storing(Condition.NONE, null, FOR_EVER))));
    assertThat(afterLoss(many)).containsExactly(begun(), changed(entry()));
    many.run();
    assertThat(announced()).containsExactly(changed(entry()));
  }

  @Test
  void whoReservesUnderALostHeadAnnouncesItOnce() {
    put("a", FOR_EVER);
    assertThat(afterLoss(() -> announcing.reserve(CLAIM, LEASE))).containsExactly(begun());
    assertThat(afterLoss(() -> fenced.readOrReserve(CLAIM, LEASE))).containsExactly(begun());
    assertThat(afterLoss(() -> announcing.fence(List.of(KEYS.head()), false)))
        .containsExactly(begun());
    announcing.reserve(CLAIM, LEASE);
    fenced.readOrReserve(CLAIM, LEASE);
    announcing.fence(List.of(KEYS.head()), false);
    assertThat(announced()).isEmpty();
  }

  @Test
  void headsThatAreMissingAreMadeForTheSakeOfThoseWhoHoldCopies() {
    put("a", FOR_EVER);
    Runnable maker = () -> announcing.makeHeads(List.of(KEYS.head()));
    assertThat(afterLoss(maker)).containsExactly(begun());
    maker.run();
    assertThat(announced()).isEmpty();
  }

  @Test
  void aClearAnnouncesTheNewGeneration() {
    announcing.clear(List.of(KEYS.head()));
    assertThat(announced()).containsExactly(new Announcement.Cleared(head().generation(), TAG));
  }

  @Test
  void onlyARenewalThatShortensALifeIsAnnounced() {
    put("a", life(HOUR));
    Envelope.View entry = entry();
    long expiresAt = entry.expiresAt();
    renew(entry, expiresAt);
    renew(entry, expiresAt + HOUR);
    renew(entry, 0);
    assertThat(announced()).isEmpty();
    renew(entry, expiresAt + HOUR);
    renew(entry, expiresAt);
    assertThat(announced()).containsExactly(gone(entry.version()), gone(entry.version()));
    assertThat(announcing.renew(KEYS, identity(entry), 1)).isEqualTo(ScriptStatus.DONE);
    assertThat(announced()).containsExactly(gone(entry.version()));
  }

  @Test
  void aLifeThatMayOnlyBecomeLongerStaysAsAnotherNodeHasProlongedIt() {
    put("a", life(HOUR));
    Envelope.View entry = entry();
    prolong(entry, entry.expiresAt() + 2 * HOUR);
    assertThat(entry().expiresAt()).isEqualTo(entry.expiresAt() + 2 * HOUR);
    prolong(entry, entry.expiresAt() + HOUR);
    assertThat(entry().expiresAt()).isEqualTo(entry.expiresAt() + 2 * HOUR);
    prolong(entry, 0);
    prolong(entry, entry.expiresAt());
    assertThat(entry().expiresAt()).isZero();
    assertThat(announced()).isEmpty();
  }

  private void prolong(Envelope.View entry, long expiresAt) {
    assertThat(announcing.renewAsync(KEYS, identity(entry), expiresAt, Scripts.Moving.LATER_ONLY))
        .succeedsWithin(Duration.ofSeconds(5))
        .isEqualTo(ScriptStatus.DONE);
  }

  private void renew(Envelope.View entry, long expiresAt) {
    assertThat(announcing.renew(KEYS, identity(entry), expiresAt)).isEqualTo(ScriptStatus.DONE);
    assertThat(entry().expiresAt()).isEqualTo(expiresAt);
  }

  @Test
  void whatTellsWithoutChangingIsRefusedWhereChangesAre() {
    put("a", FOR_EVER);
    List<String> before = dump();
    config("min-replicas-to-write", "1");
    assertThat(scripts.readOrReserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.FOUND);
    assertThatThrownBy(() -> fenced.readOrReserve(CLAIM, LEASE)).hasMessageContaining("NOREPLICAS");
    assertThatThrownBy(() -> scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER)))
        .hasMessageContaining("NOREPLICAS");
    config("min-replicas-to-write", "0");
    assertThat(fenced.readOrReserve(CLAIM, LEASE).status()).isEqualTo(ScriptStatus.FOUND);
    assertThat(scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void aFenceChangesNothing() {
    put("a", FOR_EVER);
    String before = changesSinceSave();
    scripts.readOrReserve(CLAIM, LEASE);
    fenced.readOrReserve(CLAIM, LEASE);
    scripts.change(KEYS, storing(Condition.ABSENT, null, FOR_EVER));
    assertThat(changesSinceSave()).isEqualTo(before);
  }

  private String changesSinceSave() {
    return client
        .getRedisNodes(RedisNodes.SINGLE)
        .getInstance()
        .info(RedisNode.InfoSection.PERSISTENCE)
        .get("rdb_changes_since_last_save");
  }

  private enum FillOver {
    NOTHING,
    LIVE
  }

  /** A server that has evicted nothing yet: what it has evicted once can't be forgotten. */
  private final class Quiet implements AutoCloseable {
    private final LocalRedis redis = LocalRedis.up();
    private final RemoteBed bed = RemoteBed.connected(redis);
    private final Scripts filling =
        new Scripts(bed.tier.connection(), Clock.system(), Channels.of("tiered", null, 1));
    private final RTopic own = bed.client().getTopic(CHANNEL, ByteArrayCodec.INSTANCE);
    private final Queue<byte[]> published = new ConcurrentLinkedQueue<>();

    Quiet() {
      own.addListener(byte[].class, (channel, message) -> published.add(message));
    }

    /** Fills, and returns what was announced. */
    List<byte[]> fill(FillOver what) {
      if (what == FillOver.NOTHING) {
        filling.change(KEYS, removing(Condition.NONE, null));
      }
      Leased leased = Objects.requireNonNull(filling.reserve(CLAIM, LEASE).leased());
      sync();
      ChangeReply reply =
          filling.fill(
              new Scripts.KeyedFill(
                  KEYS,
                  leased,
                  ChangeRequest.store(
                      Condition.NONE, null, client("loaded"), life(HOUR), Returning.PRESENCE)));
      assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
      assertThat(reply.existed()).isEqualTo(what == FillOver.LIVE);
      return sync();
    }

    private List<byte[]> sync() {
      byte[] end = "end".getBytes(StandardCharsets.US_ASCII);
      own.publish(end);
      await().until(() -> published.stream().anyMatch(message -> message.length == end.length));
      List<byte[]> all = List.copyOf(published);
      published.clear();
      return all.subList(0, all.size() - 1);
    }

    void evict() {
      redis.ask("SET victim x");
      redis.ask("CONFIG SET maxmemory-policy allkeys-lru");
      redis.ask("CONFIG SET maxmemory 1");
      redis.ask("SET victim y");
      await().until(() -> !redis.ask("INFO stats").contains("evicted_keys:0\r"));
      redis.ask("CONFIG SET maxmemory 0");
    }

    @Override
    public void close() {
      bed.close();
      redis.close();
    }
  }
}
