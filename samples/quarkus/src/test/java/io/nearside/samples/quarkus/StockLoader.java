package io.nearside.samples.quarkus;

import io.nearside.LoadContext;
import io.nearside.NearsideLoader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A bean that nobody injects. */
@ApplicationScoped
@Named("stock")
class StockLoader implements NearsideLoader<Long, String> {
  @Inject
  @ConfigProperty(name = "quarkus.application.name")
  String shop;

  @Override
  public String load(Long key, LoadContext context) {
    return shop + " has " + key;
  }
}
