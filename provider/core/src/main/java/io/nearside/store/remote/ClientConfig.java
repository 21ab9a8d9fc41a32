package io.nearside.store.remote;

import io.nearside.config.RemoteSettings;
import io.nearside.config.RemoteSettings.Address;
import java.time.Duration;
import java.util.Locale;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.EqualJitterDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Redisson's configuration from ours. */
final class ClientConfig {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);

  /** Every so often Redisson looks at the topology of a cluster or asks the sentinels. */
  private static final int SCAN_MILLIS = 1_000;

  private static final int PING_MILLIS = 1_000;
  private static final int THREADS = 2;
  private static final int SUBSCRIPTION_CONNECTIONS = 2;

  /** One connection for all caches whose listeners hear of other nodes. */
  private static final int SUBSCRIPTIONS = 10_000;

  /** Redisson's timer is half as coarse as what is left of its retry delay over whole ones. */
  private static final int TIMER_STEP = 100;

  private static final int TIMER_MILLIS = 40;

  private static final EqualJitterDelay RECONNECTION_DELAY =
      new EqualJitterDelay(Duration.ofMillis(50), Duration.ofSeconds(1));

  private ClientConfig() {}

  static Config of(Address address, RemoteSettings settings) {
    Config config = new Config();
    config.setNettyThreads(Math.max(2, Runtime.getRuntime().availableProcessors()));
    config.setThreads(THREADS);
    config.setCodec(ByteArrayCodec.INSTANCE);
    config.setReferenceEnabled(false);
    config.setUsername(address.username());
    config.setPassword(address.password());
    servers(config, address, settings);
    secure(config, address);
    return config;
  }

  private static void servers(Config config, Address address, RemoteSettings settings) {
    switch (address.mode()) {
      case SINGLE ->
          common(config.useSingleServer(), settings)
              .setAddress(address.servers().get(0))
              .setDatabase(address.database())
              .setConnectionMinimumIdleSize(settings.poolMinimumIdle())
              .setConnectionPoolSize(settings.poolMaximum())
              .setSubscriptionConnectionMinimumIdleSize(0)
              .setSubscriptionConnectionPoolSize(SUBSCRIPTION_CONNECTIONS);
      case SENTINEL ->
          pools(common(config.useSentinelServers(), settings), settings)
              .addSentinelAddress(address.servers().toArray(String[]::new))
              .setMasterName(address.masterName())
              .setCheckSentinelsList(false)
              .setScanInterval(SCAN_MILLIS)
              .setDatabase(address.database());
      case CLUSTER ->
          pools(common(config.useClusterServers(), settings), settings)
              .addNodeAddress(address.servers().toArray(String[]::new))
              .setCheckSlotsCoverage(false)
              .setScanInterval(SCAN_MILLIS);
    }
  }

  private static <T extends BaseConfig<T>> T common(T servers, RemoteSettings settings) {
    int connectMillis = (int) settings.connectTimeout().toMillis();
    servers.setConnectTimeout(connectMillis);
    // handshakes are under it; calls have their own, shorter one
    servers.setTimeout(Math.max(connectMillis, (int) settings.timeout().toMillis()));
    servers.setRetryAttempts(0);
    servers.setRetryDelay(new ConstantDelay(retryDelay(connectMillis)));
    servers.setReconnectionDelay(RECONNECTION_DELAY);
    servers.setPingConnectionInterval(PING_MILLIS);
    servers.setSubscriptionsPerConnection(SUBSCRIPTIONS);
    servers.setClientName("nearside");
    return servers;
  }

  /**
   * Nothing is tried again, but this is how long Redisson waits for the connection that a
   * subscription needs: no longer than one may take, and nearly as long.
   */
  static Duration retryDelay(int connectMillis) {
    int whole = Math.max(0, connectMillis - TIMER_MILLIS) / TIMER_STEP * TIMER_STEP;
    return Duration.ofMillis(whole + TIMER_MILLIS);
  }

  private static <T extends BaseMasterSlaveServersConfig<T>> T pools(
      T servers, RemoteSettings settings) {
    servers.setReadMode(ReadMode.MASTER);
    servers.setSubscriptionMode(SubscriptionMode.MASTER);
    servers.setMasterConnectionMinimumIdleSize(settings.poolMinimumIdle());
    servers.setMasterConnectionPoolSize(settings.poolMaximum());
    servers.setSlaveConnectionMinimumIdleSize(0);
    servers.setSubscriptionConnectionMinimumIdleSize(0);
    servers.setSubscriptionConnectionPoolSize(SUBSCRIPTION_CONNECTIONS);
    return servers;
  }

  private static void secure(Config config, Address address) {
    if (address.tlsTrust() != null) {
      config.setSslTrustManagerFactory(TrustFile.factory(address.tlsTrust(), address.tlsReload()));
    }
    for (String server : address.servers()) {
      if (!address.insecure() && server.startsWith("redis://") && !isLoopback(server)) {
        LOG.warn(
            "remote.address {} sends keys, values and passwords in plain text over a network; use"
                + " rediss://, or set remote.insecure: true if the network is trusted",
            server);
      }
    }
  }

  /** By what is written, since asking a name server may block. */
  static boolean isLoopback(String server) {
    String host = server.substring(server.indexOf("//") + 2).toLowerCase(Locale.ROOT);
    return host.startsWith("localhost") || host.startsWith("127.") || host.startsWith("[::1]");
  }
}
