package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfigurationBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.cache.Cache;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A loader that is told what the cache still has, and may say that it is right. */
class ConditionalLoadTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  private final Source source = new Source();
  private Cache<Integer, Date> cache = cache(builder());

  /** Has one value of each key, by a version; counts what it had to give. */
  private static final class Source implements NearsideLoader<Integer, Date> {
    int version = 1;
    int full;
    int unmodified;
    Runnable meanwhile = () -> {};
    final List<@Nullable String> asked = new ArrayList<>();
    @Nullable LoadContext last;

    @Override
    public @Nullable Date load(Integer key, LoadContext context) {
      last = context;
      String stale = context.staleValidator();
      asked.add(stale);
      meanwhile.run();
      if (("v" + version).equals(stale)) {
        unmodified++;
        return context.notModified();
      }
      full++;
      context.validator("v" + version);
      return new Date(version);
    }
  }

  private static NearsideConfigurationBuilder<Integer, Date> builder() {
    return TestCaches.<Integer, Date>mortal().timeToLive(Duration.ofHours(1));
  }

  private Cache<Integer, Date> cache(NearsideConfigurationBuilder<Integer, Date> builder) {
    return caches.cache(builder.loader(source));
  }

  /** What went wrong, null if nothing did. */
  private @Nullable Exception reload(Integer... keys) {
    CompletableFuture<@Nullable Exception> end = new CompletableFuture<>();
    cache.loadAll(
        Set.of(keys),
        true,
        new CompletionListener() {
          @Override
          public void onCompletion() {
            end.complete(null);
          }

          @Override
          public void onException(Exception e) {
            end.complete(e);
          }
        });
    return end.join();
  }

  @Test
  void aReloadIsToldWhatTheLoaderSaidAndMayKeepTheValue() {
    assertThat(cache.get(1)).isEqualTo(new Date(1));
    assertThat(reload(1, 2)).isNull();
    assertThat(source.asked).containsExactlyInAnyOrder(null, "v1", null);
    assertThat(source.unmodified).isEqualTo(1);
    assertThat(source.full).isEqualTo(2);
    assertThat(cache.get(1)).isEqualTo(new Date(1));
    source.version = 2;
    assertThat(reload(1)).isNull();
    assertThat(cache.get(1)).isEqualTo(new Date(2));
    assertThat(reload(1)).isNull();
    assertThat(source.asked).endsWith("v1", "v2");
  }

  @Test
  void whatWasPutIsKnownByNothing() {
    cache.get(1);
    cache.put(1, new Date(7));
    assertThat(reload(1)).isNull();
    assertThat(source.asked).containsExactly(null, null);
    assertThat(cache.get(1)).isEqualTo(new Date(1));
  }

  @Test
  void everyWayToLoadRemembersIt() {
    cache.get(1);
    cache.getAll(Set.of(2, 3));
    Date unused = cache.invoke(4, (entry, arguments) -> entry.getValue());
    assertThat(reload(1, 2, 3, 4)).isNull();
    assertThat(source.unmodified).isEqualTo(4);
  }

  @Test
  void anEntryWithALifeOfReadsRemembersItToo() {
    cache =
        cache(
            TestCaches.<Integer, Date>mortal()
                .sliding(Duration.ofMinutes(1))
                .maximumLife(Duration.ofHours(1)));
    cache.get(1);
    assertThat(reload(1)).isNull();
    assertThat(reload(1)).isNull();
    assertThat(source.unmodified).isEqualTo(2);
  }

  @Test
  void listenersHearNothing() {
    List<String> events = new ArrayList<>();
    cache.get(1);
    cache.registerCacheEntryListener(
        Listeners.of(event -> events.add(event.getEventType() + " " + event.getKey()), true));
    assertThat(reload(1)).isNull();
    assertThat(events).isEmpty();
    source.version = 2;
    assertThat(reload(1)).isNull();
    assertThat(events).containsExactly("UPDATED 1");
  }

  @Test
  void whatWasChangedMeanwhileStays() {
    for (Runnable change :
        List.<Runnable>of(
            () -> cache.put(1, new Date(9)), () -> cache.remove(1), () -> cache.clear())) {
      cache.get(1);
      source.meanwhile = change;
      assertThat(reload(1)).isNull();
      source.meanwhile = () -> {};
      assertThat(cache.containsKey(1)).isEqualTo(cache.iterator().hasNext());
      if (cache.containsKey(1)) {
        assertThat(cache.get(1)).isEqualTo(new Date(9));
        cache.remove(1);
      }
    }
  }

  @Test
  void theStaleValueIsTheLoadersOwn() {
    cache =
        caches.cache(
            builder()
                .loader(
                    (NearsideLoader<Integer, Date>)
                        (key, context) -> {
                          Date stale = context.staleValue(Date.class);
                          if (stale != null) {
                            stale.setTime(99);
                            return context.notModified();
                          }
                          return new Date(1);
                        }));
    cache.get(1);
    assertThat(reload(1)).isNull();
    assertThat(cache.get(1)).isEqualTo(new Date(1));
  }

  @Test
  void aValidatorMayBeRenewedWithTheValueKept() {
    List<@Nullable String> seen = new ArrayList<>();
    cache =
        caches.cache(
            builder()
                .loader(
                    (NearsideLoader<Integer, Date>)
                        (key, context) -> {
                          seen.add(context.staleValidator());
                          context.validator("e" + seen.size());
                          return seen.size() == 1 ? new Date(1) : context.notModified();
                        }));
    cache.get(1);
    assertThat(reload(1)).isNull();
    assertThat(reload(1)).isNull();
    assertThat(seen).containsExactly(null, "e1", "e2");
    assertThat(cache.get(1)).isEqualTo(new Date(1));
  }

  private void loading(NearsideLoader<Integer, Date> loader) {
    cache = caches.cache(builder().loader(loader));
  }

  @Test
  void notModifiedOfNothingIsRefused() {
    loading((key, context) -> context.notModified());
    assertThatThrownBy(() -> cache.get(1))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining(cache.getName())
        .hasMessageContaining("\"not modified\", but the cache has no value of it any more");
    assertThat(reload(1))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("load it when staleValidator() is null");
  }

  @Test
  void twoAnswersAreRefused() {
    loading((key, context) -> {
      if (context.staleValue(Object.class) != null) {
        Date unused = context.notModified();
      }
      return new Date(3);
    });
    cache.get(1);
    assertThat(reload(1))
        .isInstanceOf(CacheLoaderException.class)
        .hasMessageContaining("says \"not modified\" and returns a value: return null");
    assertThat(cache.get(1)).isEqualTo(new Date(3));
  }

  @Test
  void aValidatorHasABound() {
    for (Map.Entry<String, String> bad :
        Map.of("é".repeat(513), "had 1026: give a hash of it", "", "had 0: say nothing instead")
            .entrySet()) {
      loading((key, context) -> {
        context.validator(bad.getKey());
        return new Date(1);
      });
      assertThatThrownBy(() -> cache.get(1))
          .isInstanceOf(CacheLoaderException.class)
          .hasMessageContaining("must have 1 to 1024 bytes in UTF-8, " + bad.getValue());
    }
    loading((key, context) -> {
      context.validator("é".repeat(512));
      return new Date(1);
    });
    assertThat(cache.get(1)).isEqualTo(new Date(1));
  }

  @Test
  void aContextEndsWithItsLoad() {
    cache.get(1);
    LoadContext context = Objects.requireNonNull(source.last);
    for (Runnable use :
        List.<Runnable>of(
            () -> context.validator("x"),
            context::staleValidator,
            () -> context.staleValue(Date.class),
            context::notModified,
            () -> context.timeToLive(Duration.ofSeconds(1)))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(cache.getName())
          .hasMessageContaining("used when the load had ended");
    }
  }

  @Test
  void aStaleValueOfAnotherTypeIsSaid() {
    loading((key, context) -> {
      String unused = context.staleValue(String.class);
      return new Date(1);
    });
    cache.get(1);
    assertThat(reload(1))
        .isInstanceOf(CacheLoaderException.class)
        .cause()
        .isInstanceOf(ClassCastException.class);
  }
}
