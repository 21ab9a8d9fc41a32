package io.nearside.testkit;

import io.nearside.Nearside;
import io.nearside.NearsideManager;
import io.nearside.testserver.RedisServer;
import io.nearside.testserver.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test a cache manager of its own, and closes it afterwards: {@link #local} with time
 * that the test moves, or {@link #withRedis} with a Redis and a network that fail on request. To be
 * registered by {@code @RegisterExtension}; in a static field one Redis serves all tests of the
 * class, one after the other. A {@code nearside.yaml} on the class path counts as it does in the
 * program; what is {@link #set} here comes over it.
 *
 * <p>Its methods are for the test that runs. Tests that share an instance must not run in parallel.
 */
public final class NearsideExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /** A JVM that is new is slow to connect, and a test is not about that. */
  private static final Duration START = Duration.ofSeconds(20);

  private static final Duration POLL = Duration.ofMillis(10);

  /** A machine that is busy with tests must not look like a Redis that is away. */
  private static final String PATIENT = "1s";

  private static final AtomicLong NAMESPACES = new AtomicLong();

  private final String @Nullable [] redisArguments;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final List<NearsideManager> nodes = new ArrayList<>();
  private boolean forClass;
  private @Nullable RedisServer redis;
  private @Nullable TcpProxy network;
  private @Nullable FakeClock clock;
  private String namespace = "";

  private NearsideExtension(String @Nullable [] redisArguments) {
    this.redisArguments = redisArguments;
  }

  /** Caches in this JVM, whose time stands still until the test {@link #clock moves it}. */
  public static NearsideExtension local() {
    return new NearsideExtension(null);
  }

  /**
   * Caches over a real Redis of the test's own: in a container if Docker and Testcontainers are
   * there, else the {@code redis-server} of the machine, else one that comes in a jar. Time is that
   * of the machine, since entries expire by the time of Redis.
   *
   * <p>Unless {@link #set} otherwise, {@code remote.timeout} is {@value #PATIENT}.
   *
   * @param arguments as on the server's command line, such as {@code "--maxmemory", "8mb"}
   */
  public static NearsideExtension withRedis(String... arguments) {
    return new NearsideExtension(arguments.clone());
  }

  /**
   * A setting of all managers, by its path: {@code set("caches.products.timeToLive", "10m")}
   * declares a cache; the last value of a path counts.
   *
   * @return this
   */
  public NearsideExtension set(String path, Object value) {
    settings.put(Objects.requireNonNull(path, "path"), Objects.requireNonNull(value, path));
    return this;
  }

  /**
   * The test's manager; with Redis it is reached over the {@link #network}.
   *
   * @throws IllegalStateException if no test runs
   */
  public NearsideManager manager() {
    if (nodes.isEmpty()) {
      throw new IllegalStateException("no test runs that has a cache manager of this extension");
    }
    return nodes.get(0);
  }

  /**
   * Opens one more manager, as if of another JVM: on the same Redis and namespace, but past the
   * {@link #network}. It is closed after the test.
   *
   * @throws IllegalStateException if caches are local
   */
  public NearsideManager anotherNode() {
    return opened(redis().address());
  }

  /**
   * Moves time.
   *
   * @throws IllegalStateException with Redis, whose time nobody moves
   */
  public FakeClock clock() {
    if (clock == null) {
      throw new IllegalStateException(
          redisArguments == null
              ? "no test runs that has a clock of this extension"
              : "with Redis time is that of the machine: choose short times and wait for what is"
                  + " to happen, or test expiry with NearsideExtension.local()");
    }
    return clock;
  }

  /**
   * The server, to be killed, stopped, asked; it runs again when the next test begins, and has
   * forgotten everything.
   *
   * @throws IllegalStateException if caches are local
   */
  public RedisServer redis() {
    return having(redis);
  }

  /**
   * What lies between the {@link #manager} and Redis, to be cut, slowed down, silenced; it is
   * healed when the next test begins.
   *
   * @throws IllegalStateException if caches are local
   */
  public TcpProxy network() {
    return having(network);
  }

  private <T> T having(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(
          redisArguments == null
              ? "there is no Redis: caches of NearsideExtension.local() are in this JVM alone"
              : "no test runs that has a Redis of this extension");
    }
    return part;
  }

  private NearsideManager opened(@Nullable String address) {
    Nearside.Builder builder = Nearside.builder();
    if (address == null) {
      builder.clock(clock());
    } else {
      builder.address(address).namespace(namespace).set("remote.timeout", PATIENT);
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    if (loader != null) {
      builder.classLoader(loader);
    }
    settings.forEach(builder::set);
    NearsideManager node = builder.build().unwrap(NearsideManager.class);
    nodes.add(node);
    Awaitility.await("the cache manager to be well")
        .atMost(START)
        .pollInterval(POLL)
        .until(() -> node.health().problems(), List::isEmpty);
    return node;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    forClass = true;
    startRedis();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (redisArguments == null) {
      clock = new FakeClock();
      opened(null);
      return;
    }
    startRedis();
    namespace = "test-" + NAMESPACES.incrementAndGet();
    opened(network().address());
  }

  private void startRedis() throws IOException {
    if (redisArguments != null && redis == null) {
      redis = RedisServer.start(redisArguments);
      network = TcpProxy.to(redis);
    }
  }

  /** What a test has broken is mended before its managers are closed: they say goodbye to Redis. */
  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try {
      mend();
    } finally {
      nodes.forEach(NearsideManager::close);
      nodes.clear();
      clock = null;
      if (!forClass) {
        stopRedis();
      } else if (redis != null) {
        redis.call("FLUSHALL");
      }
    }
  }

  private void mend() throws IOException {
    if (redis == null || network == null) {
      return;
    }
    network.heal();
    redis.resume();
    if (!redis.running()) {
      redis.restart();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    stopRedis();
  }

  private void stopRedis() throws IOException {
    RedisServer server = redis;
    TcpProxy proxy = network;
    redis = null;
    network = null;
    if (proxy != null) {
      proxy.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
