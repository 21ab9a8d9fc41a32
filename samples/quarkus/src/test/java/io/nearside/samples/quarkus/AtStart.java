package io.nearside.samples.quarkus;

import io.nearside.NearsideManager;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Looks at the manager when the application starts. */
@ApplicationScoped
class AtStart {
  private boolean managerWasOpen;

  void started(@Observes StartupEvent event, NearsideManager manager) {
    manager.getCacheNames().forEach(name -> manager.getCache(name).containsKey("nothing"));
    managerWasOpen = !manager.isClosed();
  }

  boolean managerWasOpen() {
    return managerWasOpen;
  }
}
