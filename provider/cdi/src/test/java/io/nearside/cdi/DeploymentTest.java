package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.inject.Produces;
import java.io.Serializable;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.configuration.MutableConfiguration;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class DeploymentTest {
  @Dependent
  static class NoValue {
    @CachePut
    void put(long id, String value) {}
  }

  @Dependent
  static class TwoValues {
    @CachePut
    void put(@CacheValue long id, @CacheValue String value) {}
  }

  @Dependent
  static class ValueInKey {
    @CachePut
    void put(@CacheKey @CacheValue String value) {}
  }

  @Dependent
  static class ValueOfResult {
    @CacheResult
    String get(@CacheValue String value) {
      return value;
    }
  }

  @Dependent
  static class Two {
    @CacheResult
    @CacheRemove(cacheName = "x")
    String get(String value) {
      return value;
    }
  }

  @Dependent
  static class NoResult {
    @CacheResult
    void get(String value) {}
  }

  @Dependent
  static class ToCome {
    @CacheResult
    Future<String> get(String value) {
      return null;
    }
  }

  @Dependent
  static class Unseen {
    @CacheRemoveAll(cacheName = "x")
    private void clear() {}
  }

  @Dependent
  @CacheResult
  static class Whole {
    String get(String value) {
      return value;
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(NoValue.class, ".put: @CachePut needs one parameter with @CacheValue, has 0"),
        Arguments.of(
            TwoValues.class, ".put: @CachePut needs one parameter with @CacheValue, has 2"),
        Arguments.of(
            ValueInKey.class,
            ".put: a parameter has @CacheKey and @CacheValue; the value is no part of the key"),
        Arguments.of(
            ValueOfResult.class, ".get: @CacheValue is for @CachePut, not for @CacheResult"),
        Arguments.of(
            Two.class,
            ".get: @CacheResult and @CacheRemove together; a method takes one, so divide it"),
        Arguments.of(
            NoResult.class,
            ".get: @CacheResult on a method without a result; @CachePut stores an argument"),
        Arguments.of(
            ToCome.class,
            ".get: @CacheResult can't wait for a java.util.concurrent.Future; return a"
                + " CompletionStage or a CompletableFuture"),
        Arguments.of(
            Unseen.class,
            ".clear: @CacheRemoveAll on a method that is private or static; calls are not seen"),
        Arguments.of(Whole.class, ": @CacheResult is for methods; annotate those that are meant"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void annotationsThatCannotWorkAreRefused(Class<?> bean, String message) {
    assertThatThrownBy(() -> Containers.of(bean).close())
        .hasStackTraceContaining(bean.getName() + message);
  }

  @Dependent
  static class KeyOfAll {
    @CacheRemoveAll(cacheName = "x")
    void clear(@CacheKey long id) {}
  }

  interface Declared {
    @CacheResult
    String get(String value);
  }

  @Dependent
  static class Implementing implements Declared {
    @Override
    public String get(String value) {
      return value;
    }
  }

  @Dependent
  static class Nameless {
    @CacheRemove
    void remove(long id) {}
  }

  @Dependent
  @CacheDefaults(cacheKeyGenerator = ResolversTest.ByLast.class)
  static class NamelessWithDefaults {
    @CacheRemoveAll
    void clear() {}
  }

  static Stream<Arguments> oddities() {
    String own = " names no cache, so it removes from one of the method's own; say cacheName";
    return Stream.of(
        Arguments.of(
            KeyOfAll.class,
            KeyOfAll.class,
            ".clear: @CacheKey has no effect: @CacheRemoveAll removes all entries"),
        Arguments.of(
            Implementing.class,
            Declared.class,
            ".get: @CacheResult has no effect on an interface; put it on the bean's method"),
        Arguments.of(Nameless.class, Nameless.class, ".remove: @CacheRemove" + own),
        Arguments.of(
            NamelessWithDefaults.class,
            NamelessWithDefaults.class,
            ".clear: @CacheRemoveAll" + own));
  }

  @ParameterizedTest
  @MethodSource("oddities")
  void annotationsThatDoNotDoWhatTheySeemToAreWarnedOf(
      Class<?> bean, Class<?> owner, String message) {
    assertThat(warnings(owner, bean, owner)).contains(owner.getName() + message);
  }

  @Dependent
  @CacheDefaults(cacheName = "x")
  static class Named {
    @CacheRemove
    void remove(long id) {}
  }

  @Dependent
  @CacheDefaults(cacheResolverFactory = ResolversTest.ByTenant.class)
  static class NamedByAFactory {
    @CacheRemove
    void remove(long id) {}

    @CacheRemoveAll(cacheResolverFactory = ResolversTest.ByTenant.class)
    void clear() {}
  }

  @Dependent
  static class Heir extends Named {
    @CacheRemoveAll
    void clear() {}
  }

  @ParameterizedTest
  @ValueSource(classes = {Named.class, NamedByAFactory.class, Heir.class})
  void whatIsInOrderIsNotWarnedOf(Class<?> bean) {
    assertThat(warnings(bean, bean)).isEmpty();
  }

  /** What the container logs of a class while it starts with these. */
  private static String warnings(Class<?> of, Class<?>... beans) {
    Logger log = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      Containers.of(beans).close();
    } finally {
      log.detachAppender(lines);
    }
    return lines.list.stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(of.getName()))
        .collect(Collectors.joining("\n"));
  }

  @SessionScoped
  static class Passivated implements Serializable {
    @CacheResult
    String get(String value) {
      return value;
    }

    @CacheResult(exceptionCacheName = "checks")
    void check(String value) {}
  }

  @Test
  void beansMayBePassivated() {
    assertThatCode(() -> Containers.of(Passivated.class).close()).doesNotThrowAnyException();
  }

  @ApplicationScoped
  static class Plain {
    @CacheResult(cacheName = "plain")
    String get(String value) {
      return value;
    }
  }

  @Test
  void withoutACacheManagerOfItsOwnTheDefaultOneIsABeanUntilTheEnd() {
    CacheManager manager;
    try (WeldContainer container = Containers.of(Plain.class)) {
      container.select(Plain.class).get().get("a");
      manager = Caching.getCachingProvider().getCacheManager();
      assertThat(manager.getCache("plain").containsKey(CallKey.of("a"))).isTrue();
      assertThat(container.select(CacheManager.class).get().getURI()).isEqualTo(manager.getURI());
    }
    assertThat(manager.isClosed()).isTrue();
  }

  @ApplicationScoped
  static class Own {
    static final CacheManager MANAGER =
        Caching.getCachingProvider()
            .getCacheManager(java.net.URI.create("nearside:default?instance=own"), null);

    @Produces
    @ApplicationScoped
    CacheManager manager() {
      return MANAGER;
    }
  }

  @Test
  void theApplicationsOwnManagerIsUsedAndLeftOpen() {
    try (WeldContainer container = Containers.of(Plain.class, Own.class)) {
      container.select(Plain.class).get().get("a");
    }
    assertThat(Own.MANAGER.isClosed()).isFalse();
    assertThat(Own.MANAGER.getCache("plain").containsKey(CallKey.of("a"))).isTrue();
    Own.MANAGER.close();
  }

  @Test
  void aCacheForOtherKeysIsRefused() {
    try (WeldContainer container = Containers.of(Plain.class)) {
      CacheManager manager = container.select(CacheManager.class).get();
      manager.createCache(
          "plain", new MutableConfiguration<Long, String>().setTypes(Long.class, String.class));
      assertThatThrownBy(() -> container.select(Plain.class).get().get("a"))
          .isInstanceOf(CacheException.class)
          .hasMessage(
              "cache \"plain\": key type is java.lang.Long, but the keys that annotations make are of"
                  + " javax.cache.annotation.GeneratedCacheKey, for"
                  + " io.nearside.cdi.DeploymentTest$Plain.get(java.lang.String); declare no key"
                  + " type, or name another cache");
    }
  }
}
