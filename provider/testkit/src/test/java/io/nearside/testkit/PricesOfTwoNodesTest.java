package io.nearside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("any-jdk")
class PricesOfTwoNodesTest {
  @RegisterExtension static final NearsideExtension nearside = NearsideExtension.withRedis();

  @Test
  void aChangeIsSeenByTheOtherNode() {
    Prices here = new Prices(nearside.manager(), article -> 1);
    Prices there = new Prices(nearside.anotherNode(), article -> 1);
    assertThat(there.price("tea")).isEqualTo(1);

    here.change("tea", 2);

    await().until(() -> there.price("tea") == 2);
  }

  @Test
  void pricesAreReadWhileRedisIsAway() throws Exception {
    Prices prices = new Prices(nearside.manager(), article -> 1);
    nearside.redis().kill();

    assertThat(prices.price("tea")).isEqualTo(1);

    nearside.redis().restart();
    await().until(() -> nearside.manager().health().problems().isEmpty());
  }

  @Test
  void pricesAreReadWhileTheNetworkHoldsEverythingBack() {
    Prices prices = new Prices(nearside.manager(), article -> 1);
    nearside.network().silence();

    assertThat(prices.price("tea")).isEqualTo(1);
  }
}
