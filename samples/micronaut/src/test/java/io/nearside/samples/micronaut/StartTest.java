package io.nearside.samples.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.Test;

/** Without Redis: caches in this JVM. */
class StartTest {

  @Test
  void theSampleStartsWithNothingElse() {
    try (ApplicationContext context = ApplicationContext.run()) {
      Products products = context.getBean(Products.class);
      Product tea = products.change(1, "Tea", 499);
      assertThat(products.find(1)).isEqualTo(tea);
      assertThat(context.getBean(Database.class).queries()).isZero();
    }
  }
}
