package io.nearside.samples.quickstart;

import java.io.PrintWriter;
import java.net.URI;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. Its exit code is 0 when every answer was right, 1 when not, 2 for bad options. */
@Command(
    name = "quickstart",
    showDefaultValues = true,
    description = "Reads and changes products through a cache, and checks every answer.")
public final class Quickstart implements Callable<Integer> {
  private static final int RIGHT = 0;
  private static final int WRONG = 1;
  private static final long BESTSELLER = 1;
  private static final long NONE = 0;
  private static final int PATIENCE_SECONDS = 30;

  @Option(names = "--products", defaultValue = "100000", description = "rows in the table")
  private int products;

  @Option(
      names = "--threads",
      showDefaultValue = Visibility.NEVER,
      description = "threads; default: one per processor")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--seconds", defaultValue = "8", description = "least duration of the traffic")
  private int seconds;

  @Option(names = "--reads", defaultValue = "200000", description = "least number of reads")
  private long reads;

  @Option(
      names = "--seed",
      showDefaultValue = Visibility.NEVER,
      description = "seed of all randomness; default: a new one each time")
  private long seed = new SplittableRandom().nextLong(1_000_000);

  @Option(
      names = "--corrupt",
      showDefaultValue = Visibility.NEVER,
      description = "alter one cached value, which must be found out")
  private boolean corrupt;

  @Option(
      names = "--local",
      showDefaultValue = Visibility.NEVER,
      description = "a cache in this JVM only, without Redis")
  private boolean local;

  @Option(
      names = "--uri",
      description =
          "URI of the cache manager; default: an embedded Redis, or NEARSIDE_REMOTE_ADDRESS's")
  private @Nullable URI uri;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      showDefaultValue = Visibility.NEVER,
      description = "print this")
  private boolean help;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Quickstart()).execute(arguments));
  }

  @Override
  public Integer call() throws SQLException, InterruptedException {
    Settings settings = settings();
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch finished = new CountDownLatch(1);
    try (Remote remote = Remote.open(settings);
        Shop shop = Shop.open(settings, remote)) {
      out.printf(
          Locale.ROOT,
          "%,d products in H2; cache \"%s\" of %s in %s; %d threads, seed %d%n",
          products,
          ProductCache.NAME,
          shop.cache().provider(),
          remote.description(),
          threads,
          seed);
      out.flush();
      Traffic traffic = new Traffic(shop, settings, corrupt ? BESTSELLER : NONE);
      Thread interrupt = stopOnInterrupt(traffic, finished);
      Report report = run(shop, settings, traffic, out);
      report.print(out);
      forget(interrupt);
      return report.isClean() ? RIGHT : WRONG;
    } finally {
      finished.countDown();
    }
  }

  private Settings settings() {
    require("--products", products, 2, 10_000_000);
    require("--threads", threads, 1, 1_000);
    require("--seconds", seconds, 0, 86_400);
    require("--reads", reads, 0, Long.MAX_VALUE);
    return new Settings(products, threads, seconds, reads, seed, corrupt, local, uri);
  }

  private void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be from %d to %d, was %d".formatted(option, least, most, value));
    }
  }

  private static Report run(Shop shop, Settings settings, Traffic traffic, PrintWriter out)
      throws SQLException, InterruptedException {
    if (settings.corrupt()) {
      corruptBestseller(shop);
      out.println("product " + BESTSELLER + " was altered in the cache, not in the database");
    }
    long loadsBefore = shop.loader().loads();
    traffic.run(new Progress(out, traffic, shop.cache().statistics()));
    if (traffic.isStopped()) {
      out.println("\nstopped early");
    }
    return new Report(
        traffic.reads(),
        shop.loader().loads() - loadsBefore,
        traffic.failures(),
        traffic.latencies(),
        Report.Statistics.of(shop.cache().statistics()),
        Behaviour.observe(shop, settings),
        shop);
  }

  /**
   * By plain JCache: a loader that errs once, and a load that replaces what is cached. Until Redis
   * is reached nothing is stored, so it may take more than one try.
   */
  private static void corruptBestseller(Shop shop) throws SQLException, InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS; i++) {
      CompletionListenerFuture loaded = new CompletionListenerFuture();
      shop.loader().lieOnceAbout(BESTSELLER);
      shop.cache().products().loadAll(Set.of(BESTSELLER), true, loaded);
      try {
        loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException("product " + BESTSELLER + " could not be altered", e);
      }
      Product cached = shop.cache().products().get(BESTSELLER);
      if (cached != null && !cached.equals(shop.database().find(BESTSELLER))) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
    throw new IllegalStateException("product " + BESTSELLER + " could not be altered");
  }

  /** On Ctrl-C the traffic ends, the table is printed and all is closed before the JVM goes. */
  private static Thread stopOnInterrupt(Traffic traffic, CountDownLatch finished) {
    Thread hook =
        new Thread(
            () -> {
              traffic.stop();
              awaitQuietly(finished);
            },
            "interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  private static void awaitQuietly(CountDownLatch finished) {
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is on its way out already, and this hook is what it waits for.
    }
  }
}
