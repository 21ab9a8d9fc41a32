package io.nearside.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class ConfiguredSettingsTest {

  @Test
  void theApplicationsSettingsAreHandedOverByTheirNames() {
    Config config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withProfile("test")
            .withSources(
                new PropertiesConfigSource(
                    Map.of(
                        "nearside.caches.products.timeToLive", "${life}",
                        "%test.nearside.namespace", "tested",
                        "%prod.nearside.namespace", "real",
                        "life", "1h",
                        "quarkus.application.name", "shop"),
                    "application.properties",
                    100))
            .build();
    assertThat(ConfiguredSettings.of(config))
        .containsOnly(
            Map.entry("caches.products.timeToLive", "1h"), Map.entry("namespace", "tested"));
  }

  /** The manager reads them itself, and ranks them higher. */
  @Test
  void whatTheEnvironmentAndTheJvmSayIsLeftToTheManager() {
    assertThat(new SysPropConfigSource().getName()).isEqualTo("SysPropConfigSource");
    Config config =
        new SmallRyeConfigBuilder()
            .withSources(
                new PropertiesConfigSource(
                    Map.of("nearside.namespace", "shop"), "application.properties", 100),
                new EnvConfigSource(
                    Map.of("NEARSIDE_NAMESPACE", "other", "NEARSIDE_DEFAULTS_TIME_TO_LIVE", "1h"),
                    300))
            .build();
    assertThat(ConfiguredSettings.of(config)).isEmpty();
  }
}
