package io.nearside.samples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

class StartTest {

  @Test
  void theSampleStartsWithoutARedisAndSaysSo() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(ShopApplication.class)
            .web(WebApplicationType.NONE)
            .run("--nearside.remote.address=redis://127.0.0.1:1")) {
      Products products = context.getBean(Products.class);
      Product tea = products.save(new Product(1, "tea", 499));
      assertThat(products.find(1)).isEqualTo(tea);
      assertThat(products.names().join()).contains("tea");
      assertThat(context.getBean(NearsideManager.class).health().status())
          .isEqualTo(NearsideHealth.Status.DEGRADED);
    }
  }
}
