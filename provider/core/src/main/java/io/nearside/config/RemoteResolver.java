package io.nearside.config;

import io.nearside.config.RemoteSettings.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the settings of a manager's remote out of all sources. The nearest source that names an
 * endpoint decides which one it is; its other settings are merged as all others are.
 */
final class RemoteResolver {
  private static final List<Setting> ENDPOINTS =
      List.of(Setting.REDISSON, Setting.REMOTE_REDISSON, Setting.REMOTE_ADDRESS);

  /** What only a client that is made here can heed. */
  private static final List<Setting> OF_ADDRESS =
      List.of(
          Setting.REMOTE_USERNAME,
          Setting.REMOTE_PASSWORD,
          Setting.REMOTE_INSECURE,
          Setting.REMOTE_CONNECT_TIMEOUT,
          Setting.REMOTE_POOL_MINIMUM_IDLE,
          Setting.REMOTE_POOL_MAXIMUM,
          Setting.REMOTE_TLS_TRUST,
          Setting.REMOTE_TLS_RELOAD);

  private static final Map<Setting, Object> DEFAULTS = new EnumMap<>(Setting.class);

  static {
    CircuitBreakerSettings breaker = CircuitBreakerSettings.DEFAULT;
    DEFAULTS.put(Setting.REMOTE_TIMEOUT, Duration.ofMillis(100));
    DEFAULTS.put(Setting.REMOTE_CONNECT_TIMEOUT, Duration.ofSeconds(1));
    DEFAULTS.put(Setting.REMOTE_POOL_MINIMUM_IDLE, 1);
    DEFAULTS.put(Setting.REMOTE_POOL_MAXIMUM, 16);
    DEFAULTS.put(Setting.REMOTE_PARTITIONS, 256);
    DEFAULTS.put(Setting.REMOTE_INSECURE, false);
    DEFAULTS.put(Setting.BREAKER_MINIMUM_CALLS, breaker.minimumCalls());
    DEFAULTS.put(Setting.BREAKER_FAILURE_RATE, breaker.failureRate());
    DEFAULTS.put(Setting.BREAKER_FAILURE_THRESHOLD, breaker.failureThreshold());
    DEFAULTS.put(Setting.BREAKER_WINDOW, breaker.window());
    DEFAULTS.put(Setting.BREAKER_OPEN_DURATION, breaker.openDuration());
    DEFAULTS.put(Setting.BREAKER_MAXIMUM_OPEN_DURATION, breaker.maximumOpenDuration());
  }

  private final List<Layer> ambient;
  private final List<Layer> own;
  private final ClassLoader loader;
  private final Consumer<String> warnings;

  /**
   * @param ambient what all managers of the process see, nearest first
   * @param own what this manager alone was given, nearest first, all farther than the ambient
   */
  RemoteResolver(
      List<Layer> ambient, List<Layer> own, ClassLoader loader, Consumer<String> warnings) {
    this.ambient = ambient;
    this.own = own;
    this.loader = loader;
    this.warnings = warnings;
  }

  /** Null when no source names an endpoint. */
  @Nullable RemoteSettings resolve() {
    List<Layer> layers = Layers.concat(ambient, own);
    for (Layer layer : layers) {
      for (Setting endpoint : ENDPOINTS) {
        Layer.Assigned assigned = layer.get(endpoint);
        if (assigned != null) {
          return settings(new Decision(endpoint, assigned, layer, layers));
        }
      }
    }
    return null;
  }

  private RemoteSettings settings(Decision decision) {
    Endpoint endpoint = endpoint(decision);
    Mixes.remoteOrder(decision::orDefault);
    return new RemoteSettings(
        namespace(decision),
        endpoint,
        decision.value(Setting.REMOTE_TIMEOUT, Duration.class),
        decision.value(Setting.REMOTE_CONNECT_TIMEOUT, Duration.class),
        decision.value(Setting.REMOTE_POOL_MINIMUM_IDLE, Integer.class),
        decision.value(Setting.REMOTE_POOL_MAXIMUM, Integer.class),
        breaker(decision),
        decision.value(Setting.REMOTE_PARTITIONS, Integer.class));
  }

  private static CircuitBreakerSettings breaker(Decision decision) {
    return new CircuitBreakerSettings(
        decision.value(Setting.BREAKER_MINIMUM_CALLS, Integer.class),
        decision.value(Setting.BREAKER_FAILURE_RATE, Double.class),
        decision.value(Setting.BREAKER_FAILURE_THRESHOLD, Integer.class),
        decision.value(Setting.BREAKER_WINDOW, Duration.class),
        decision.value(Setting.BREAKER_OPEN_DURATION, Duration.class),
        decision.value(Setting.BREAKER_MAXIMUM_OPEN_DURATION, Duration.class));
  }

  private static String namespace(Decision decision) {
    Layer.Assigned namespace = decision.first(Setting.NAMESPACE);
    if (namespace == null) {
      namespace = decision.first(Setting.APPLICATION_NAME);
    }
    if (namespace == null) {
      throw decision
          .assigned
          .place()
          .error(
              Setting.NAMESPACE.path(),
              "is required with a remote, where it keeps applications apart: give namespace in the"
                  + " file, NEARSIDE_NAMESPACE, nearside.namespace, or ?namespace=<name> after a"
                  + " redis: URI");
    }
    return namespace.as(String.class);
  }

  private Endpoint endpoint(Decision decision) {
    Object value = decision.assigned.value();
    if (decision.endpoint == Setting.REMOTE_ADDRESS) {
      return address(decision);
    }
    if (decision.endpoint == Setting.REDISSON) {
      refuseForeign(decision, "has no effect on a client of the application's own: set it there");
      return new RemoteSettings.Client(value);
    }
    refuseForeign(decision, "has no effect beside remote.redisson: set it in " + value);
    return redissonFile(decision.assigned);
  }

  /** What lies farther is overridden; ambient settings may be meant for another manager. */
  private void refuseForeign(Decision decision, String problem) {
    for (Layer layer : decision.layers) {
      for (Setting setting : OF_ADDRESS) {
        Layer.Assigned foreign = layer.get(setting);
        if (foreign != null && layer != decision.layer && ambient.contains(layer)) {
          warnings.accept(foreign.place().message(setting.path() + " " + problem));
        } else if (foreign != null) {
          throw foreign.place().error(setting.path(), problem + ", and take it out here");
        }
      }
      if (layer == decision.layer) {
        return;
      }
    }
  }

  private RemoteSettings.RedissonFile redissonFile(Layer.Assigned location) {
    try {
      URI uri = URI.create(location.as(String.class));
      ConfigurationFile file = ConfigurationFile.open(uri, loader);
      if (file.text().isBlank()) {
        throw new IllegalArgumentException("the file is empty");
      }
      return new RemoteSettings.RedissonFile(location.as(String.class), file.text());
    } catch (CacheException | IllegalArgumentException unreadable) {
      throw refused(location, Setting.REMOTE_REDISSON, unreadable);
    }
  }

  private static CacheException refused(
      Layer.Assigned location, Setting setting, RuntimeException unreadable) {
    CacheException refused =
        location.place().error(setting.path(), "can't be read: " + unreadable.getMessage());
    refused.initCause(unreadable);
    return refused;
  }

  private RemoteSettings.Address address(Decision decision) {
    RemoteAddress address = decision.assigned.as(RemoteAddress.class);
    Layer.Assigned username = decision.first(Setting.REMOTE_USERNAME);
    Layer.Assigned password = decision.first(Setting.REMOTE_PASSWORD);
    if (username != null && password == null) {
      String problem = "needs a password: give NEARSIDE_REMOTE_PASSWORD or remote.password";
      throw username.place().error(Setting.REMOTE_USERNAME.path(), problem);
    }
    boolean insecure = decision.value(Setting.REMOTE_INSECURE, Boolean.class);
    if (!address.isTls() && !address.isLoopback() && !insecure) {
      String problem =
          "is plain text over a network: write rediss:, or remote.insecure: true if that is meant";
      warnings.accept(decision.assigned.place().message("remote.address " + problem));
    }
    return new RemoteSettings.Address(
        address.mode(),
        address.servers(),
        address.masterName(),
        address.database(),
        username == null ? null : username.as(String.class),
        password == null ? null : password.as(Secret.class).text(),
        trust(decision, address),
        reload(decision),
        insecure);
  }

  /** As a URL, so that whoever reads it needs no class loader. */
  private @Nullable String trust(Decision decision, RemoteAddress address) {
    Layer.Assigned trust = decision.first(Setting.REMOTE_TLS_TRUST);
    if (trust == null) {
      return null;
    }
    if (!address.isTls()) {
      String problem = "needs TLS: write rediss: in remote.address, was " + address;
      throw trust.place().error(Setting.REMOTE_TLS_TRUST.path(), problem);
    }
    try {
      return ConfigurationFile.locate(URI.create(trust.as(String.class)), loader);
    } catch (CacheException | IllegalArgumentException missing) {
      throw refused(trust, Setting.REMOTE_TLS_TRUST, missing);
    }
  }

  private static @Nullable Duration reload(Decision decision) {
    Layer.Assigned reload = decision.first(Setting.REMOTE_TLS_RELOAD);
    if (reload == null) {
      return null;
    }
    if (decision.first(Setting.REMOTE_TLS_TRUST) == null) {
      String problem = "needs remote.tls.trust, which it reads again: give it too";
      throw reload.place().error(Setting.REMOTE_TLS_RELOAD.path(), problem);
    }
    return reload.as(Duration.class);
  }

  /** Which endpoint it is, who said so, and all sources, nearest first. */
  private record Decision(
      Setting endpoint, Layer.Assigned assigned, Layer layer, List<Layer> layers) {

    Layer.@Nullable Assigned first(Setting setting) {
      return layers.stream()
          .map(layer -> layer.get(setting))
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }

    /** A default meets what was said of the endpoint, so that is where it is blamed. */
    Layer.Assigned orDefault(Setting setting) {
      Layer.Assigned said = first(setting);
      return said != null
          ? said
          : new Layer.Assigned(
              Objects.requireNonNull(DEFAULTS.get(setting), setting.path()), assigned.place());
    }

    <T> T value(Setting setting, Class<T> type) {
      return orDefault(setting).as(type);
    }
  }
}
