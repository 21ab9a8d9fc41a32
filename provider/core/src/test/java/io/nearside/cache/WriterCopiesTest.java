package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a writer does to what it is given never shows in the cache. */
class WriterCopiesTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  private final Spoiler writer = new Spoiler();
  private final Cache<List<Integer>, List<Integer>> cache =
      caches.cache(TestCaches.<List<Integer>, List<Integer>>big().writer(writer));

  private static List<Integer> list(int element) {
    return new ArrayList<>(List.of(element));
  }

  @Test
  void aSingleWrite() {
    cache.put(list(1), list(10));
    cache.invoke(
        list(2),
        (entry, none) -> {
          entry.setValue(list(20));
          return null;
        });
    assertThat(cache.get(list(1))).containsExactly(10);
    assertThat(cache.get(list(2))).containsExactly(20);
    assertThat(cache.remove(list(1))).isTrue();
    assertThat(cache.containsKey(list(1))).isFalse();
    cache.put(list(1), list(11));
    assertThat(cache.get(list(1))).as("after the key's lock was given back").containsExactly(11);
  }

  @Test
  void manyAtOnce() {
    cache.putAll(Map.of(list(1), list(10), list(2), list(20)));
    assertThat(cache.get(list(1))).containsExactly(10);
    assertThat(cache.get(list(2))).containsExactly(20);
    cache.removeAll(Set.of(list(1), list(2)));
    assertThat(cache).isEmpty();
  }

  @Test
  void aWriterThatFailsStillSaysWhatItTook() {
    writer.taking = list(1);
    assertThatThrownBy(() -> cache.putAll(Map.of(list(1), list(10), list(2), list(20))))
        .isInstanceOf(CacheWriterException.class);
    assertThat(cache.containsKey(list(1))).isTrue();
    assertThat(cache.containsKey(list(2))).isFalse();
    writer.taking = null;
    cache.put(list(2), list(20));
    writer.taking = list(1);
    assertThatThrownBy(() -> cache.removeAll(Set.of(list(1), list(2))))
        .isInstanceOf(CacheWriterException.class);
    assertThat(cache.containsKey(list(1))).isFalse();
    assertThat(cache.containsKey(list(2))).isTrue();
  }

  /** Mutates all it gets hold of; fails if it is to take but one key. */
  private static final class Spoiler implements CacheWriter<List<Integer>, List<Integer>> {
    private List<Integer> taking;

    @Override
    public void write(Cache.Entry<? extends List<Integer>, ? extends List<Integer>> entry) {
      entry.getKey().add(99);
      entry.getValue().add(99);
    }

    @Override
    public void writeAll(
        Collection<Cache.Entry<? extends List<Integer>, ? extends List<Integer>>> entries) {
      entries.forEach(this::write);
      if (taking != null) {
        entries.removeIf(entry -> entry.getKey().equals(taking));
        throw new CacheWriterException("only " + taking);
      }
    }

    @Override
    @SuppressWarnings("unchecked")
    public void delete(Object key) {
      ((List<Integer>) key).add(99);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      if (taking != null) {
        keys.removeIf(key -> key.equals(taking));
        throw new CacheWriterException("only " + taking);
      }
      keys.forEach(this::delete);
    }
  }
}
