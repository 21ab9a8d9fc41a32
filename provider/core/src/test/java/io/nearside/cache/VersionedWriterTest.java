package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.nearside.NearsideCache;
import io.nearside.VersionedSource;
import io.nearside.config.NearsideConfigurationBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer is told of the versions of local caches' changes. */
@Timeout(60)
class VersionedWriterTest {
  private static final Duration SOON = Duration.ofMillis(1);

  @RegisterExtension final TestCaches caches = new TestCaches();

  private final VersionedSource source = new VersionedSource();

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      UnaryOperator<NearsideConfigurationBuilder<Integer, String>> tuning) {
    NearsideConfigurationBuilder<Integer, String> builder =
        TestCaches.<Integer, String>big().writer(source);
    return caches.cache(tuning.apply(builder)).unwrap(NearsideCache.class);
  }

  private static void awaitEmpty(NearsideCache<Integer, String> cache) {
    await().until(() -> Objects.requireNonNull(cache.writeQueue()).depth() == 0);
  }

  @Test
  void everyChangeOfAKeyHasANewerVersion() {
    Cache<Integer, String> cache = cache(builder -> builder);
    cache.put(1, "a");
    cache.putAll(Map.of(1, "b", 2, "b"));
    cache.replace(1, "c");
    cache.replace(1, "c", "d");
    cache.remove(1);
    cache.putIfAbsent(1, "e");
    cache.getAndPut(1, "f");
    cache.invoke(
        1,
        (entry, arguments) -> {
          entry.setValue("g");
          return null;
        });
    cache.removeAll(Set.of(1, 2));
    assertThat(source.asked(1))
        .extracting(VersionedSource.Asked::value)
        .containsExactly("a", "b", "c", "d", null, "e", "f", "g", null);
    assertThat(source.versions(1)).isSorted().doesNotHaveDuplicates();
    assertThat(source.versions(2)).hasSize(2).isSorted().doesNotHaveDuplicates();
    assertThat(source.versions(1).get(0)).isPositive();
    assertThat(source.batches()).containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void soDoesWhatIsWrittenBehind(boolean onDisk, @TempDir Path folder) {
    NearsideCache<Integer, String> cache =
        cache(builder ->
            builder.writeBehind(queue -> {
              queue.flushInterval(SOON);
              if (onDisk) {
                queue.journal(folder);
              }
            }));
    for (String value : List.of("a", "b", "c")) {
      cache.putAll(Map.of(1, value, 2, value));
      awaitEmpty(cache);
    }
    cache.removeAll(Set.of(1, 2));
    awaitEmpty(cache);
    assertThat(source.asked(1))
        .extracting(VersionedSource.Asked::value)
        .containsExactly("a", "b", "c", null);
    assertThat(source.versions(1)).isSorted().doesNotHaveDuplicates();
    assertThat(source.versions(2)).hasSize(4).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whatIsTriedAgainHasTheVersionThatItHad() {
    NearsideCache<Integer, String> cache =
        cache(builder -> builder.writeBehind(queue -> queue.flushInterval(SOON)));
    source.refuse(true);
    cache.put(1, "a");
    await().until(() -> source.asked(1).size() >= 2);
    source.refuse(false);
    awaitEmpty(cache);
    assertThat(source.versions(1)).hasSizeGreaterThan(2).containsOnly(source.versions(1).get(0));
    cache.put(1, "b");
    awaitEmpty(cache);
    assertThat(source.value(1)).isEqualTo("b");
    assertThat(source.versions(1)).isSorted();
  }

  @Test
  void aJournalKeepsVersions(@TempDir Path folder) {
    source.refuse(true);
    NearsideConfigurationBuilder<Integer, String> builder =
        TestCaches.<Integer, String>big()
            .writer(source)
            .writeBehind(queue -> queue.flushInterval(SOON).maxAttempts(2).journal(folder));
    Cache<Integer, String> first = caches.manager().createCache("orders", builder.build());
    first.put(1, "a");
    await().until(() -> !source.asked(1).isEmpty());
    first.close();
    source.refuse(false);
    Cache<Integer, String> second = caches.manager().createCache("orders", builder.build());
    second.put(1, "b");
    awaitEmpty(second.<NearsideCache<Integer, String>>unwrap(type()));
    assertThat(source.value(1)).isEqualTo("b");
    assertThat(source.versions(1)).isSorted().startsWith(source.versions(1).get(0));
    assertThat(source.versions(1).get(source.versions(1).size() - 1))
        .isGreaterThan(source.versions(1).get(0));
  }

  @SuppressWarnings("unchecked")
  private static Class<NearsideCache<Integer, String>> type() {
    return (Class<NearsideCache<Integer, String>>) (Class<?>) NearsideCache.class;
  }

  @Test
  void aWriterThatFailsChangesNothing() {
    Cache<Integer, String> cache = cache(builder -> builder);
    source.refuse(true);
    assertThatExceptionOfType(CacheWriterException.class).isThrownBy(() -> cache.put(1, "a"));
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(() -> cache.putAll(Map.of(1, "a", 2, "a")));
    assertThat(cache.containsKey(1)).isFalse();
    assertThat(cache.containsKey(2)).isFalse();
  }

  @Test
  void whoCallsItWithoutVersionsIsTold() {
    assertThatExceptionOfType(CacheWriterException.class)
        .isThrownBy(() -> source.delete(1))
        .withMessageContaining("is to be called with versions");
  }
}
