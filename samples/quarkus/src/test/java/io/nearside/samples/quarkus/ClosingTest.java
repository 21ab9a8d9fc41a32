package io.nearside.samples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last test of its application. */
@QuarkusTest
@TestProfile(ClosingTest.Orders.class)
@Timeout(120)
class ClosingTest {

  /** With caches in the JVM alone. */
  public static class Orders implements QuarkusTestProfile {
    @Override
    public boolean disableGlobalTestResources() {
      return true;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "nearside.caches.orders.writer", "order-sink",
          "nearside.caches.orders.writeBehind.flushInterval", "1h");
    }
  }

  @Inject CacheManager manager;
  @Inject OrderSink sink;
  @Inject Event<ShutdownEvent> stopping;

  /** Quarkus destroys beans after the event, which is fired here as no test survives the end. */
  @Test
  void theManagerIsClosedBeforeAnyBeanIsDestroyed() {
    Cache<Long, String> orders = manager.getCache("orders");
    for (long id = 0; id < 50; id++) {
      orders.put(id, "order " + id);
    }
    assertThat(sink.written()).isEmpty();
    stopping.fire(new ShutdownEvent());
    assertThat(manager.isClosed()).isTrue();
    assertThat(sink.written()).hasSize(51).containsEntry(-1L, "last");
  }
}
