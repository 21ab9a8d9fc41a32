package io.nearside.observe;

import io.nearside.NearsideHealth.Problem;
import io.nearside.NearsideManager;
import java.util.List;

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
}
