package io.nearside.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PricesTest {
  @RegisterExtension static final NearsideExtension nearside = NearsideExtension.local();

  @Test
  void aPriceIsAskedForAgainAfterTenMinutes() {
    AtomicInteger asked = new AtomicInteger();
    Prices prices = new Prices(nearside.manager(), article -> asked.incrementAndGet());

    assertThat(prices.price("tea")).isEqualTo(1);
    nearside.clock().advance(Duration.ofSeconds(599));
    assertThat(prices.price("tea")).isEqualTo(1);
    nearside.clock().advance(Duration.ofSeconds(1));
    assertThat(prices.price("tea")).isEqualTo(2);
  }
}
