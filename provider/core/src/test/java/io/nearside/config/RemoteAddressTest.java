package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.config.RemoteSettings.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteAddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://localhost | redis://localhost:6379",
        "redis://localhost/ | redis://localhost:6379",
        "REDIS://Cache.Internal:6380/3 | redis://cache.internal:6380/3",
        "rediss://redis_1/0 | rediss://redis_1:6379",
        "redis://[::1]:7000 | redis://[::1]:7000",
        "redis+sentinel://a,b:1/main | redis+sentinel://a:26379,b:1/main",
        "rediss+sentinel://a/main/2 | rediss+sentinel://a:26379/main/2",
        "redis+cluster://a:1,b | redis+cluster://a:1,b:6379",
        "rediss+cluster://a:1/0 | rediss+cluster://a:1",
      })
  void itIsReadAndShownWithItsPorts(String text, String shown) {
    RemoteAddress address = RemoteAddress.parse(text);
    assertThat(address).hasToString(shown);
    assertThat(RemoteAddress.parse(shown)).isEqualTo(address);
  }

  @Test
  void itsPartsAreTold() {
    assertThat(RemoteAddress.parse("redis://a:1/3"))
        .isEqualTo(new RemoteAddress(Mode.SINGLE, List.of("redis://a:1"), null, 3));
    assertThat(RemoteAddress.parse("rediss+sentinel://a:1,b/main/2"))
        .isEqualTo(
            new RemoteAddress(
                Mode.SENTINEL, List.of("rediss://a:1", "rediss://b:26379"), "main", 2));
    assertThat(RemoteAddress.parse("redis+cluster://a:1,b:2"))
        .isEqualTo(new RemoteAddress(Mode.CLUSTER, List.of("redis://a:1", "redis://b:2"), null, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "redis://localhost, true",
    "redis://127.0.0.1:7000, true",
    "redis://127.1.2.3, true",
    "redis://[::1], true",
    "'redis+cluster://localhost,a', false",
    "redis://127.0.0.1.example.org, false",
    "redis://cache, false",
  })
  void whatStaysOnThisMachineIsKnown(String text, boolean loopback) {

    assertThat(RemoteAddress.parse(text).isLoopback()).isEqualTo(loopback);
  }
}
