package io.nearside.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a child JVM: does what the lines of its input say, one after the other, and
 * answers each with a line that starts with {@link #DONE} or {@link #FAILED}. It ends at once when
 * its input does, so it can't outlive its parent.
 */
public final class Node {
  static final String DONE = "node-done ";
  static final String FAILED = "node-failed ";

  private static final java.time.Duration CONNECTED = java.time.Duration.ofSeconds(40);

  private @Nullable CacheManager manager;
  private @Nullable Cache<String, Long> cache;

  private Node() {}

  /** Reads commands until the end of the input. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(commands), "commands");
    reader.setDaemon(true);
    reader.start();
    Node node = new Node();
    while (true) {
      String line = commands.take();
      try {
        out.println(DONE + node.execute(line));
      } catch (Exception | AssertionError e) {
        e.printStackTrace();
        out.println(FAILED + e.toString().lines().findFirst().orElse(""));
      }
    }
  }

  private static void read(BlockingQueue<String> commands) {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      in.lines().forEach(commands::add);
    } catch (IOException parentIsGone) {
      // as at the end of the input
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  private String execute(String line) throws Exception {
    String[] parts = line.split(" ", 2);
    Work work = Work.parse(parts.length > 1 ? parts[1] : "");
    return switch (parts[0]) {
      case "open" -> open(work);
      case "close" -> close();
      default -> Scenario.valueOf(parts[0].toUpperCase(Locale.ROOT)).run(cache, work).line();
    };
  }

  private String open(Work work) {
    CacheManager opened =
        Caching.getCachingProvider()
            .getCacheManager(URI.create(work.text("uri")), Node.class.getClassLoader());
    manager = opened;
    MutableConfiguration<String, Long> configuration =
        new MutableConfiguration<String, Long>().setTypes(String.class, Long.class);
    if (Boolean.getBoolean(Source.PROPERTY)) {
      configuration
          .setReadThrough(true)
          .setCacheLoaderFactory(FactoryBuilder.factoryOf(Source.class))
          .setExpiryPolicyFactory(
              CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MILLISECONDS, Source.LIFE)));
    }
    Cache<String, Long> created = opened.createCache(work.text("cache"), configuration);
    awaitAnswer(created);
    cache = created;
    return "";
  }

  /** A manager opens without its server; on a busy machine the first answer may take a while. */
  private static void awaitAnswer(Cache<String, Long> created) {
    await()
        .ignoreExceptionsMatching(RemoteUnavailableException.class::isInstance)
        .atMost(CONNECTED)
        .until(() -> !created.containsKey("nothing"));
  }

  private String close() {
    if (manager != null) {
      manager.close();
    }
    return "";
  }
}
