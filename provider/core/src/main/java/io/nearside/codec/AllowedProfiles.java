package io.nearside.codec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patterns of types that frameworks put into caches: {@code allowedTypes: ["profile:spring"]}. */
final class AllowedProfiles {
  static final String PREFIX = "profile:";

  private static final Map<String, List<String>> PROFILES =
      Map.of(
          "hibernate",
          List.of(
              "org.hibernate.cache.spi.entry.*",
              "org.hibernate.cache.spi.support.*",
              "org.hibernate.cache.internal.*",
              "org.hibernate.cache.spi.*",
              "org.hibernate.engine.spi.CollectionKey",
              "org.hibernate.engine.spi.EntityKey",
              "org.hibernate.engine.spi.TypedValue",
              "org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer"),
          "spring",
          List.of(
              "org.springframework.cache.support.NullValue",
              "org.springframework.cache.interceptor.SimpleKey",
              "org.springframework.util.LinkedMultiValueMap",
              "org.springframework.util.LinkedCaseInsensitiveMap",
              "org.springframework.http.HttpHeaders",
              "org.springframework.data.domain.*"));

  private AllowedProfiles() {}

  static @Nullable List<String> patternsOf(String profile) {
    return PROFILES.get(profile);
  }

  static List<String> names() {
    return PROFILES.keySet().stream().sorted().toList();
  }
}
