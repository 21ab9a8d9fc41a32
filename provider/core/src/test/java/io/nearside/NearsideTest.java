package io.nearside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.reflect.Proxy;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.Test;
import org.redisson.api.RedissonClient;

class NearsideTest {
  private static MutableConfiguration<Long, String> bare() {
    return new MutableConfiguration<>();
  }

  @Test
  void itMakesAManagerWithWhatWasSet() {
    try (CacheManager manager = Nearside.builder().set("defaults.statistics", true).build()) {
      Cache<Long, String> cache = manager.createCache("built", bare());
      cache.put(1L, "Ada");
      assertThat(cache.get(1L)).isEqualTo("Ada");
      assertThat(manager.getProperties()).containsEntry("nearside.defaults.statistics", true);
    }
  }

  @Test
  void everyManagerIsAnother() {
    Nearside.Builder builder = Nearside.builder();
    try (CacheManager one = builder.build();
        CacheManager other = builder.build()) {
      one.createCache("built", bare());
      assertThat(other.getURI()).isNotEqualTo(one.getURI());
      assertThat(other.getCacheNames()).isEmpty();
    }
  }

  @Test
  void itsClassLoaderIsTheManagers() {
    ClassLoader loader = new ClassLoader(getClass().getClassLoader()) {};
    try (CacheManager manager = Nearside.builder().classLoader(loader).build()) {
      assertThat(manager.getClassLoader()).isSameAs(loader);
    }
  }

  @Test
  void aClientIsHandedOnAndNeedsANamespace() {
    Object client =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RedissonClient.class},
            (proxy, method, arguments) -> null);
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Nearside.builder().redisson(client).build())
        .withMessageStartingWith("property nearside.redisson: namespace is required with a remote");
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Nearside.builder().namespace("shop").redisson("client").build())
        .withMessageContaining("must be a org.redisson.api.RedissonClient");
  }

  @Test
  void anAddressIsCheckedAsEverywhere() {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(() -> Nearside.builder().namespace("shop").address("localhost").build())
        .withMessageStartingWith("property nearside.remote.address: remote.address must be redis:");
  }

  @Test
  void aMissingValueIsRefusedByName() {
    assertThatNullPointerException()
        .isThrownBy(() -> Nearside.builder().namespace(null))
        .withMessage("namespace");
  }
}
