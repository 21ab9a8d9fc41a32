package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.WarmOptions;
import io.nearside.Warming;
import io.nearside.codec.AllowList;
import io.nearside.codec.CodecContext;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.KeyForms;
import io.nearside.config.LoadSettings;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import io.nearside.config.WarmRecordSettings;
import io.nearside.store.CacheMaker;
import io.nearside.store.FakeClock;
import io.nearside.store.disk.ReadFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.integration.CacheLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Caches that are warmed by what was read before they were opened. */
@Timeout(120)
class WarmRecordTest {
  private static final WarmOptions FAST = new WarmOptions(4, 1_000_000);
  private static final WarmOptions ONE_BY_ONE = new WarmOptions(1, 10);

  @RegisterExtension final TestCaches caches = new TestCaches();
  @TempDir Path folder;

  private final FakeClock clock = new FakeClock();
  private final Source source = new Source();

  /** Has all keys, and knows in which order they were asked for. */
  private static final class Source implements CacheLoader<Integer, String> {
    final Queue<Integer> loads = new ConcurrentLinkedQueue<>();

    @Override
    public String load(Integer key) {
      loads.add(key);
      return "v" + key;
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      Map<Integer, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }
  }

  private static Warming end(Warming warming) {
    return warming.completion().toCompletableFuture().orTimeout(100, TimeUnit.SECONDS).join();
  }

  private static void read(StoreCache<Integer, String> cache, int key, int times) {
    for (int i = 0; i < times; i++) {
      cache.get(key);
    }
  }

  private void pass(StoreCache<Integer, String> cache, Duration time) {
    clock.pass(time);
    cache.lifecycle().tick();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.toString().endsWith(".reads")).toList();
    }
  }

  @Test
  void theHottestKeysOfBeforeComeFirst() {
    try (StoreCache<Integer, String> before = cache(true)) {
      read(before, 3, 5);
      read(before, 1, 50);
      read(before, 4, 1);
      read(before, 2, 20);
    }
    source.loads.clear();
    try (StoreCache<Integer, String> after = cache(true)) {
      Warming warming = end(after.warmFromRecord(ONE_BY_ONE));
      assertThat(source.loads).containsExactly(1, 2, 3, 4);
      assertThat(warming.total()).isEqualTo(4);
      assertThat(warming.loaded()).isEqualTo(4);
      read(after, 2, 3);
      read(after, 4, 1);
      assertThat(TestCaches.statistics(after).getWarmedKeys()).isEqualTo(4);
      assertThat(TestCaches.statistics(after).getWarmedHits()).isEqualTo(2);
      assertThat(source.loads).hasSize(4);
    }
  }

  @Test
  void ofCandidatesThoseThatWereHot() {
    try (StoreCache<Integer, String> before = cache(false)) {
      read(before, 700, 2);
      read(before, 30, 9);
      read(before, 5_000, 4);
    }
    source.loads.clear();
    try (StoreCache<Integer, String> after = cache(false)) {
      List<Integer> candidates =
          IntStream.rangeClosed(1, 1_000).map(i -> 1_001 - i).boxed().toList();
      assertThat(end(after.warmFromRecord(candidates, ONE_BY_ONE)).total()).isEqualTo(2);
      assertThat(source.loads).containsExactly(30, 700);
      source.loads.clear();
      Iterator<Integer> twice = List.of(5_000, 5_000, 6_000, 30).iterator();
      assertThat(end(after.warmFromRecord(twice, FAST)).loaded()).isEqualTo(1);
      assertThat(source.loads).containsExactly(5_000);
    }
  }

  @Test
  void whatIsReadNowIsKnownToo() {
    try (StoreCache<Integer, String> cache = cache(true)) {
      read(cache, 1, 3);
      cache.clear();
      source.loads.clear();
      assertThat(end(cache.warmFromRecord(FAST)).loaded()).isEqualTo(1);
      assertThat(source.loads).containsExactly(1);
      assertThat(end(cache.warmFromRecord(FAST)).loaded()).as("it is there").isZero();
    }
  }

  @Test
  void whatIsOldComesLaterAndGoesAfterAnHour() throws IOException {
    try (StoreCache<Integer, String> first = cache(true)) {
      read(first, 1, 40);
      read(first, 2, 8);
    }
    clock.pass(Duration.ofMinutes(40));
    try (StoreCache<Integer, String> second = cache(true)) {
      read(second, 3, 4);
      source.loads.clear();
      second.clear();
      end(second.warmFromRecord(ONE_BY_ONE));
      assertThat(source.loads).containsExactly(1, 3, 2);
    }
    assertThat(files()).hasSize(2);
    clock.pass(Duration.ofMinutes(21));
    try (StoreCache<Integer, String> third = cache(true)) {
      source.loads.clear();
      end(third.warmFromRecord(ONE_BY_ONE));
      assertThat(source.loads).containsExactly(3);
      assertThat(files()).hasSize(1);
    }
  }

  @Test
  void itIsWrittenEachMinuteWhileThereIsSomethingNew() throws IOException {
    try (StoreCache<Integer, String> cache = cache(false)) {
      read(cache, 1, 3);
      pass(cache, Duration.ofSeconds(59));
      assertThat(files()).isEmpty();
      pass(cache, Duration.ofSeconds(1));
      await().until(() -> files().size() == 1);
      Path file = files().get(0);
      FileTime written = FileTime.fromMillis(clock.wallMillis());
      await().until(() -> Files.getLastModifiedTime(file).equals(written));
      pass(cache, Duration.ofSeconds(60));
      pass(cache, Duration.ofSeconds(60));
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
      read(cache, 1, 1);
      await()
          .until(() -> {
            pass(cache, Duration.ofSeconds(60));
            return !Files.getLastModifiedTime(file).equals(written);
          });
      assertThat(files()).containsExactly(file);
    }
  }

  @Test
  void allReadsOfValuesAreSeenAndNothingElse() {
    try (StoreCache<Integer, String> cache = cache(true)) {
      cache.get(1);
      cache.getAll(Set.of(2, 3));
      cache.getAllPartial(Set.of(4));
      cache.getOrLoad(5, (key, context) -> "x");
      end(cache.warm(List.of(6), FAST));
      cache.put(7, "x");
      boolean unused = cache.containsKey(8);
      var view = cache.entry(9);
      pass(cache, Duration.ofSeconds(1));
      assertThat(TestCaches.statistics(cache).getRecordedKeys()).isEqualTo(5);
    }
  }

  @Test
  void asManyAsAreWanted() {
    try (StoreCache<Integer, String> cache = cache(true)) {
      for (int key = 0; key < 20; key++) {
        read(cache, key, key < 3 ? 10 : 1);
      }
      cache.clear();
      source.loads.clear();
      Warming warming = cache.warmFromRecord(FAST.withMaximumKeys(3));
      assertThat(warming.total()).isEqualTo(3);
      end(warming);
      assertThat(source.loads).containsExactlyInAnyOrder(0, 1, 2);
      cache.clear();
      assertThat(end(cache.warm(List.of(1, 2, 3), FAST.withMaximumKeys(2))).done()).isEqualTo(2);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FAST.withMaximumKeys(0))
        .withMessage("maximumKeys must be > 0, was 0");
  }

  @Test
  void lookingThroughEndlessCandidatesCanBeCancelled() {
    try (StoreCache<Integer, String> cache = cache(false)) {
      read(cache, 1, 3);
      source.loads.clear();
      Warming warming = cache.warmFromRecord(Stream.generate(() -> 2).iterator(), FAST);
      assertThat(warming.total()).isEqualTo(Warming.UNKNOWN);
      warming.cancel();
      assertThat(end(warming).loaded()).isZero();
      assertThat(source.loads).isEmpty();
    }
  }

  @Test
  void whatCandidatesThrowEndsTheWarming() {
    try (StoreCache<Integer, String> cache = cache(false)) {
      Iterator<Integer> broken =
          Stream.generate(
                  () -> {
                    if (clock.nanos() > 0) {
                      throw new IllegalStateException("no candidates");
                    }
                    return 1;
                  })
              .iterator();
      Warming warming = cache.warmFromRecord(broken, FAST);
      assertThat(warming.completion().toCompletableFuture())
          .failsWithin(Duration.ofSeconds(100))
          .withThrowableThat()
          .withMessageContaining("no candidates");
    }
  }

  @Test
  void withoutARecordOrClearKeysItIsRefused() {
    try (StoreCache<Integer, String> hashed = cache(false)) {
      assertThatIllegalStateException()
          .isThrownBy(() -> hashed.warmFromRecord(FAST))
          .withMessage(
              "cache \"recorded\": warm.record knows keys by hashes only: say among which keys to"
                  + " look, or give warm.record.keys: clear");
    }
    NearsideCache<Integer, String> bare = made(caches.manager(), builder());
    assertThatIllegalStateException()
        .isThrownBy(() -> bare.warmFromRecord(List.of(1), FAST))
        .withMessage("cache \"made\": warmFromRecord needs warm.record: give a directory");
  }

  @Test
  void cacheManagersThatShareTheFolderShareWhatTheyKnow() {
    CacheManager one = caches.managerWith("nearside.defaults.statistics", "true");
    CacheManager two = caches.managerWith("nearside.defaults.statistics", "true");
    NearsideCache<Integer, String> first = made(one, builder().warmRecord(folder));
    NearsideCache<Integer, String> second = made(two, builder().warmRecord(folder));
    first.getAll(Set.of(1, 2));
    second.getAll(Set.of(2, 3));
    one.close();
    two.close();
    source.loads.clear();
    NearsideCache<Integer, String> third = made(caches.manager(), builder().warmRecord(folder));
    List<Integer> candidates = List.of(1, 2, 3, 4);
    assertThat(end(third.warmFromRecord(candidates, FAST)).loaded()).isEqualTo(3);
    assertThat(source.loads).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void aDestroyedCacheLeavesNothingBehind() throws IOException {
    NearsideCache<Integer, String> cache =
        made(caches.manager(), builder().warmRecord(folder, record -> record.clearKeys()));
    cache.get(1);
    end(cache.warmFromRecord(FAST)); // it has been written
    cache.get(2);
    assertThat(files()).hasSize(1);
    caches.manager().destroyCache("made");
    assertThat(files()).isEmpty();
  }

  @Test
  void aFolderThatCanNotBeUsedIsRefused() throws IOException {
    Path missing = folder.resolve("missing");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> made(caches.manager(), builder().warmRecord(missing)))
        .withMessage(
            "cache \"made\": warm.record.directory must be a directory, but "
                + missing
                + " is not there: make it, or mount its volume");
    Path file = Files.createFile(folder.resolve("file"));
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> made(caches.manager(), builder().warmRecord(file)))
        .withMessageContaining("must be a directory, but " + file + " is none");
    assertThat(caches.manager().getCacheNames()).isEmpty();
  }

  private NearsideConfigurationBuilder<Integer, String> builder() {
    return NearsideConfiguration.builder(Integer.class, String.class)
        .eternal()
        .statistics(true)
        .loader(source);
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<Integer, String> made(
      CacheManager manager, NearsideConfigurationBuilder<Integer, String> builder) {
    return manager.createCache("made", builder.build()).unwrap(NearsideCache.class);
  }

  private StoreCache<Integer, String> cache(boolean clear) {
    ClassLoader loader = WarmRecordTest.class.getClassLoader();
    AllowList allowed = AllowList.of("recorded", loader, List.of(Integer.class), List.of());
    KeyCodec codec =
        new KeyCodec(
            new CodecContext("recorded", Integer.class, String.class, loader, allowed),
            KeyForms.of(loader));
    StoreCache<Integer, String> made =
        new CacheMaker<Integer, String>(clock)
            .manager(caches.manager())
            .types(Integer.class, String.class)
            .timeToLive(Duration.ofDays(1))
            .loader(source)
            .load(LoadSettings.DEFAULT.with(new WarmRecordSettings(folder, clear, 1_000)))
            .random(new Random(1))
            .readLog(() ->
                ReadFolder.open(
                    new ReadFolder.Terms("recorded", folder, clear, 1_000), codec, clock))
            .make("recorded");
    made.lifecycle().start();
    return made;
  }
}
