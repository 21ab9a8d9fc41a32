package io.nearside.samples.quarkus;

import io.nearside.NearsideManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;

/** Looks whether the manager is there when the application starts; having it injected makes it. */
@ApplicationScoped
class AtStart {
  private boolean managerWasOpen;

  void started(@Observes StartupEvent event, BeanManager beans) {
    Bean<?> bean = beans.resolve(beans.getBeans(NearsideManager.class));
    Object made = beans.getContext(Singleton.class).get(bean);
    managerWasOpen = made instanceof NearsideManager manager && !manager.isClosed();
  }

  boolean managerWasOpen() {
    return managerWasOpen;
  }
}
