package io.nearside.samples.micronaut;

import io.micronaut.runtime.Micronaut;

/** Starts one node; {@code MICRONAUT_SERVER_PORT} gives a second one another port. */
public final class Application {
  private Application() {}

  public static void main(String[] arguments) {
    Micronaut.run(Application.class, arguments);
  }
}
