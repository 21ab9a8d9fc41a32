package io.nearside.cdi;

import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;

/** Containers with beans that a test names; the extension is found by the container itself. */
final class Containers {
  private Containers() {}

  static WeldContainer of(Class<?>... beans) {
    return new Weld().disableDiscovery().addBeanClasses(beans).initialize();
  }
}
