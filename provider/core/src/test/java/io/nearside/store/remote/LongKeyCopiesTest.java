package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Lives;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Store;
import io.nearside.store.StoredEntry;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A change of a key whose name in Redis ends in a hash ends its copies, and no others. */
class LongKeyCopiesTest {
  private static final Clock CLOCK = Clock.system();
  private static final String LONG = "long".repeat(100);

  @Test
  void itEndsNoOthers() {
    try (LocalRedis redis = LocalRedis.up();
        TieredBed here = TieredBed.connected(redis);
        TieredBed there = TieredBed.connected(redis)) {
      RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName()).inOnePartition();
      Store<String, String> one = store(here, options);
      Store<String, String> two = store(there, options);
      put(one, LONG, "a");
      put(one, "short", "a");
      put(one, LONG + LONG, "a");
      assertThat(awaitCopy(two, LONG).value()).isEqualTo("a");
      CopiedEntry<String> shortOne = awaitCopy(two, "short");
      CopiedEntry<String> longOne = awaitCopy(two, LONG + LONG);
      put(one, LONG, "b");
      await().until(() -> awaitCopy(two, LONG).value().equals("b"));
      assertThat(two.read("short", CLOCK.nanos())).isSameAs(shortOne);
      assertThat(two.read(LONG + LONG, CLOCK.nanos())).isSameAs(longOne);
      put(one, LONG + "strange", "a");
      put(one, LONG, "c");
      await().until(() -> awaitCopy(two, LONG).value().equals("c"));
      assertThat(two.read("short", CLOCK.nanos())).isSameAs(shortOne);
    }
  }

  private static Store<String, String> store(TieredBed node, RemoteBed.Options options) {
    return node.store(options, String.class, String.class, new RecordingObserver<>()).store();
  }

  private static void put(Store<String, String> store, String key, String value) {
    StoredEntry<String> current =
        store.apply(key, Change.put(value, Lives.FOR_EVER), CLOCK.nanos()).current();
    assertThat(current).isNotNull();
  }

  private static CopiedEntry<String> awaitCopy(Store<String, String> store, String key) {
    AtomicReference<CopiedEntry<String>> found = new AtomicReference<>();
    await()
        .until(() -> {
          if (store.read(key, CLOCK.nanos()) instanceof CopiedEntry<String> copy) {
            found.set(copy);
          }
          return found.get() != null;
        });
    return found.get();
  }
}
