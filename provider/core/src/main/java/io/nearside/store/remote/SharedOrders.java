package io.nearside.store.remote;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What operators have ordered for all nodes of a namespace, as Redis keeps it. Thread-safe. */
final class SharedOrders {
  private final RemoteConnection connection;
  private final List<String> key;

  SharedOrders(RemoteConnection connection, String namespace) {
    this.connection = connection;
    this.key = List.of(Layout.ordersKey(namespace));
  }

  /**
   * @param end by the clock, when it fails at the latest
   */
  CompletableFuture<Map<String, String>> look(long end) {
    return connection.evalAsync(Script.ORDERS, key, List.of(), end).thenApply(SharedOrders::parsed);
  }

  /**
   * Gives one order, or takes it back.
   *
   * @param order empty takes it back
   * @return all that there are now
   * @throws io.nearside.RemoteUnavailableException if Redis can't be told
   */
  Map<String, String> give(String about, String order) {
    return parsed(connection.eval(Script.ORDERS, key, List.of(bytes(about), bytes(order))));
  }

  private static Map<String, String> parsed(@Nullable Object reply) {
    Map<String, String> orders = new HashMap<>();
    if (reply instanceof List<?> texts) {
      for (int i = 0; i + 1 < texts.size(); i += 2) {
        orders.put(text(texts.get(i)), text(texts.get(i + 1)));
      }
    }
    return orders;
  }

  private static String text(@Nullable Object bytes) {
    return (bytes instanceof byte[] some) ? new String(some, StandardCharsets.UTF_8) : "";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
