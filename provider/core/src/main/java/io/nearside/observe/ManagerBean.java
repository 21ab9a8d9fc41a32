package io.nearside.observe;

import io.nearside.NearsideCache;
import io.nearside.NearsideHealth.Problem;
import io.nearside.NearsideManager;
import io.nearside.Operations;
import io.nearside.Operations.Mode;
import io.nearside.Operations.Order;
import io.nearside.Operations.Scope;
import io.nearside.Operations.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/** Shows a cache manager by JMX. Thread-safe. */
public final class ManagerBean implements NearsideManagerMXBean {
  private final NearsideManager manager;

  public ManagerBean(NearsideManager manager) {
    this.manager = manager;
  }

  @Override
  public String getStatus() {
    return manager.health().status().name();
  }

  @Override
  public List<String> getProblems() {
    return manager.health().problems().stream().map(Problem::toString).toList();
  }

  @Override
  public Map<String, String> getModes() {
    Map<String, String> modes = new TreeMap<>();
    for (String cache : manager.getCacheNames()) {
      modes.put(cache, operations(cache).mode().name());
    }
    return modes;
  }

  @Override
  public List<String> getOrders() {
    return manager.operations().history().stream().map(Order::toString).toList();
  }

  @Override
  public void switchTo(String cache, String mode, boolean allNodes, String by) {
    operations(cache).mode(mode(mode), allNodes ? Scope.CLUSTER : Scope.NODE, by);
  }

  @Override
  public Map<String, String> getSettings() {
    Map<String, String> all = new TreeMap<>();
    for (Setting setting : manager.operations().settings()) {
      Order order = setting.order();
      String why =
          (order == null)
              ? ", as configured"
              : ", configured "
                  + setting.configured()
                  + ", ordered by "
                  + order.by()
                  + (order.scope() == Scope.NODE ? " for this node at " : " for all nodes at ")
                  + order.at();
      all.put(setting.cache() + ": " + setting.path(), setting.value() + why);
    }
    return all;
  }

  @Override
  public void set(String cache, String setting, String value, boolean allNodes, String by) {
    operations(cache)
        .set(setting, value.isBlank() ? null : value, allNodes ? Scope.CLUSTER : Scope.NODE, by);
  }

  private static @Nullable Mode mode(String text) {
    try {
      return text.isBlank() ? null : Mode.valueOf(text.trim().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "mode must be one of " + List.of(Mode.values()) + " or empty, was " + text, e);
    }
  }

  private Operations operations(String name) {
    if (name.equals("*")) {
      return manager.operations();
    }
    Cache<?, ?> cache = manager.getCache(name);
    if (cache == null) {
      throw new IllegalArgumentException("no cache \"" + name + "\" is open here; * means all");
    }
    return cache.unwrap(NearsideCache.class).operations();
  }
}
