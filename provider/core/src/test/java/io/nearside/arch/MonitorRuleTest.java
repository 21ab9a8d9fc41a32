package io.nearside.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Expiry;
import io.nearside.Topology;
import io.nearside.codec.Copier;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryListenerException;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule for the library, and what it must and must not find in planted classes. */
class MonitorRuleTest {

  @Test
  void theLibraryHoldsNoMonitorAroundUserCodeOrInputAndOutput() throws Exception {
    ByteCode library = ByteCode.of(mainClasses());
    assertThat(library.codes()).isNotEmpty();
    assertThat(MonitorRule.check(library)).isEmpty();
  }

  /** A mode for the test kit would make its verdict worthless. */
  @Test
  void theLibraryKnowsNoPropertyOfTheTestKit() throws Exception {
    assertThat(ByteCode.of(mainClasses()).strings())
        .isNotEmpty()
        .noneMatch(text -> text.contains("jsr107"));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Block.class,
        NestedBlock.class,
        Method.class,
        Transitive.class,
        ThroughInterface.class,
        LambdaInCompute.class,
        ReferenceInCompute.class,
        ParameterInCompute.class,
        CapturedInCompute.class,
        LambdaInCaffeine.class,
        UserFunction.class,
        RunByLibrary.class,
        FileUnderMonitor.class,
        CatchInBlock.class,
        ExpiryUnderLock.class,
        FieldFunction.class
      })
  void aPlantedViolationIsFound(Class<?> planted) {
    assertThat(check(planted)).as(planted.getSimpleName()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        AfterBlock.class,
        AroundBlock.class,
        HandedToExecutor.class,
        PureCompute.class,
        OwnFunction.class,
        NotCalled.class
      })
  void whatIsAllowedIsNotReported(Class<?> allowed) {
    assertThat(check(allowed)).as(allowed.getSimpleName()).isEmpty();
  }

  @Test
  void theMessageNamesTheWayFromTheMonitorToTheCall() {
    assertThat(check(Transitive.class))
        .singleElement()
        .asString()
        .contains("Transitive.locked:")
        .contains(" -> ")
        .contains("Transitive.second:")
        .contains("javax.cache.integration.CacheLoader.load()");
  }

  private static List<MonitorRule.Violation> check(Class<?> type) {
    Class<?>[] classes =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(type),
                java.util.Arrays.stream(type.getDeclaredClasses()))
            .toArray(Class<?>[]::new);
    return MonitorRule.check(ByteCode.of(classes));
  }

  private static Path mainClasses() throws URISyntaxException {
    return Path.of(Topology.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  // ---- violations

  static class Block {
    Object run(CacheLoader<String, Object> loader) {
      synchronized (this) {
        return loader.load("key");
      }
    }
  }

  static class NestedBlock {
    void run(Object other, CacheWriter<String, String> writer) {
      synchronized (this) {
        synchronized (other) {
          notifyAll();
        }
        writer.delete("key");
      }
    }
  }

  static class Method {
    synchronized Object run(Copier copier, Object value) {
      return copier.copy(value);
    }
  }

  static class Transitive {
    private CacheLoader<String, Object> loader;

    void locked() {
      synchronized (this) {
        first();
      }
    }

    private void first() {
      second();
    }

    private void second() {
      loader.load("key");
    }
  }

  static class ThroughInterface {
    interface Step {
      void go(CacheWriter<String, String> writer);
    }

    static class Real implements Step {
      @Override
      public void go(CacheWriter<String, String> writer) {
        writer.delete("key");
      }
    }

    synchronized void run(Step step, CacheWriter<String, String> writer) {
      step.go(writer);
    }
  }

  static class LambdaInCompute {
    Object run(ConcurrentHashMap<String, Object> map, CacheLoader<String, Object> loader) {
      return map.computeIfAbsent("key", key -> loader.load(key));
    }
  }

  static class ReferenceInCompute {
    Object run(ConcurrentMap<String, Object> map, CacheLoader<String, Object> loader) {
      return map.computeIfAbsent("key", loader::load);
    }
  }

  static class ParameterInCompute {
    Object run(ConcurrentMap<String, Object> map, Function<String, Object> given) {
      return map.computeIfAbsent("key", given);
    }
  }

  static class CapturedInCompute {
    Object run(ConcurrentMap<String, Object> map, UnaryOperator<Object> given) {
      return map.compute("key", (key, old) -> given.apply(old));
    }
  }

  static class LambdaInCaffeine {
    Object run(Cache<String, Object> cache, CacheLoader<String, Object> loader) {
      return cache.get("key", key -> loader.load(key));
    }
  }

  static class UserFunction {
    synchronized Object run(Supplier<Object> given) {
      return given.get();
    }
  }

  static class RunByLibrary {
    synchronized void run(
        List<CacheEntryUpdatedListener<String, String>> listeners,
        Iterable<CacheEntryEvent<? extends String, ? extends String>> events)
        throws CacheEntryListenerException {
      listeners.forEach(listener -> listener.onUpdated(events));
    }
  }

  static class FileUnderMonitor {
    synchronized String run(Path path) throws IOException {
      return Files.readString(path);
    }
  }

  static class CatchInBlock {
    void run(CacheWriter<String, String> writer) {
      synchronized (this) {
        try {
          notifyAll();
        } catch (IllegalStateException e) {
          writer.delete("key");
        }
      }
    }
  }

  static class ExpiryUnderLock implements Expiry<String, Object> {
    private CacheLoader<String, Object> loader;

    @Override
    public long expireAfterCreate(String key, Object value, long currentTime) {
      return loader.load(key).hashCode();
    }

    @Override
    public long expireAfterUpdate(String key, Object value, long currentTime, long left) {
      return left;
    }

    @Override
    public long expireAfterRead(String key, Object value, long currentTime, long left) {
      return left;
    }
  }

  static class FieldFunction {
    private final Supplier<Object> given;

    FieldFunction(Supplier<Object> given) {
      this.given = given;
    }

    synchronized Object run() {
      return given.get();
    }
  }

  // ---- allowed

  static class AfterBlock {
    Object run(CacheLoader<String, Object> loader) {
      String key;
      synchronized (this) {
        key = toString();
      }
      return loader.load(key);
    }
  }

  static class AroundBlock {
    void run(CacheWriter<String, String> writer) {
      try {
        synchronized (this) {
          notifyAll();
        }
      } catch (IllegalStateException e) {
        writer.delete("key");
      } finally {
        writer.delete("other");
      }
    }
  }

  static class HandedToExecutor {
    synchronized void run(Executor executor, CacheWriter<String, String> writer) {
      executor.execute(() -> writer.delete("key"));
    }
  }

  static class PureCompute {
    Object run(ConcurrentMap<String, Integer> map) {
      map.merge("key", 1, Integer::sum);
      return map.compute("key", (key, old) -> old == null ? 1 : old + 1);
    }
  }

  static class OwnFunction {
    private final Supplier<Object> own = () -> "constant";

    synchronized Object run() {
      return helper(old -> old + own.get());
    }

    private static Object helper(UnaryOperator<String> change) {
      return change.apply("value");
    }
  }

  static class NotCalled {
    synchronized int run() {
      return hashCode();
    }

    Object load(CacheLoader<String, Object> loader) {
      return loader.load("key");
    }
  }
}
