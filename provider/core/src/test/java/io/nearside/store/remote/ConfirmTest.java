package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Absent;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.Outcome;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Unavailable;
import io.nearside.store.VersionedEntry;
import io.nearside.testserver.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies that are asked for again: whether they are still true. */
class ConfirmTest {
  private static final Lives AN_HOUR = Lives.of(Duration.ofHours(1).toNanos());

  private static RedisServer redis;
  private RemoteBed bed;
  private RemoteStore<String, String> authority;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisServer.start();
  }

  @AfterAll
  static void stop() throws IOException {
    redis.close();
  }

  @BeforeEach
  void open() {
    bed = new RemoteBed(BusBed.settings(redis.address()));
    bed.awaitConnection();
    authority =
        bed.authority(
            RemoteBed.Options.of(RemoteBed.cacheName()),
            String.class,
            String.class,
            new RecordingObserver<>());
  }

  @AfterEach
  void close() throws IOException {
    redis.call("CONFIG", "SET", "min-replicas-to-write", "0");
    bed.close();
  }

  private static long now() {
    return Clock.system().nanos();
  }

  private VersionedEntry<String> put(String key, String value) {
    return (VersionedEntry<String>)
        Objects.requireNonNull(authority.apply(key, Change.put(value, AN_HOUR), now()).current());
  }

  @Test
  void whatIsTheSameIsAnsweredForWithItsExpiryAndNotItsValue() throws IOException {
    Map<String, VersionedEntry<String>> known = new HashMap<>();
    for (int i = 0; i < 700; i++) {
      known.put("k" + i, put("k" + i, "v" + i));
    }
    VersionedEntry<String> first = known.get("k0");
    long moved = now() + Duration.ofHours(2).toNanos();
    assertThat(authority.renew("k0", put("k0", "again"), moved)).isTrue();
    assertThat(authority.renew("k1", known.get("k1"), moved)).isTrue();
    authority.apply("k2", Change.remove(), now());
    VersionedEntry<String> k3 = put("k3", "changed");
    long before = redis.calls("eval");
    Map<String, Outcome<String>> outcomes = authority.confirm(known, now());
    assertThat(redis.calls("eval") - before).as("reads of what is not the same").isOne();
    assertThat(outcomes).hasSize(700);
    assertThat(((VersionedEntry<String>) outcomes.get("k0")).value()).isEqualTo("again");
    assertThat(((VersionedEntry<String>) outcomes.get("k0")).isSame(first)).isFalse();
    VersionedEntry<String> k1 = (VersionedEntry<String>) outcomes.get("k1");
    assertThat(k1.value()).isSameAs(known.get("k1").value());
    assertThat(Math.abs(k1.expiresAt() - moved)).isLessThan(Duration.ofSeconds(5).toNanos());
    assertThat(outcomes.get("k2")).isInstanceOf(Absent.class);
    assertThat(((VersionedEntry<String>) outcomes.get("k3")).isSame(k3)).isTrue();
    for (int i = 4; i < 700; i++) {
      VersionedEntry<String> entry = (VersionedEntry<String>) outcomes.get("k" + i);
      assertThat(entry.isSame(known.get("k" + i))).isTrue();
      assertThat(entry.value()).isEqualTo("v" + i);
    }
  }

  @Test
  void aLostGenerationConfirmsNothing() {
    Map<String, VersionedEntry<String>> known = Map.of("k", put("k", "v"));
    authority.clear();
    assertThat(authority.confirm(known, now()).get("k")).isInstanceOf(Absent.class);
  }

  @Test
  void whereChangesAreRefusedNothingIsConfirmed() throws IOException {
    Map<String, VersionedEntry<String>> known = Map.of("k", put("k", "v"));
    redis.call("CONFIG", "SET", "min-replicas-to-write", "1");
    assertThat(authority.confirm(known, now()).get("k")).isInstanceOf(Unavailable.class);
  }

  @Test
  void nothingIsConfirmedOfNothing() {
    assertThat(authority.confirm(Map.of(), now())).isEmpty();
  }
}
