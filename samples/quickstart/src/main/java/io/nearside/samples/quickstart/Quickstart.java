package io.nearside.samples.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.rmi.RemoteException;
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
import org.HdrHistogram.Histogram;
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

  /** No single step may take longer. */
  static final int PATIENCE_SECONDS = 60;

  @Option(names = "--products", defaultValue = "100000", description = "rows in the table")
  private int products;

  @Option(
      names = "--threads",
      showDefaultValue = Visibility.NEVER,
      description = "threads of each JVM; default: one per processor")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seconds",
      defaultValue = "8",
      description = "least duration of the traffic, Redis's absence and return not counted")
  private int seconds;

  @Option(names = "--reads", defaultValue = "50000", description = "least number of reads")
  private long reads;

  @Option(
      names = "--outage",
      defaultValue = "4",
      description = "for how many seconds the embedded Redis is away; 0: it is not killed")
  private int outage;

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
  public Integer call() throws IOException, SQLException, InterruptedException {
    Settings settings = settings();
    PrintWriter out = spec.commandLine().getOut();
    CountDownLatch finished = new CountDownLatch(1);
    try (Remote remote = Remote.open(settings);
        Nodes nodes = Nodes.open(settings, remote)) {
      out.printf(
          Locale.ROOT,
          "%,d products in H2; cache \"%s\" in %s, by %s; %d threads%s, seed %d%n",
          products,
          ProductCache.NAME,
          remote.description(),
          nodes.second() == null ? "one JVM" : "two JVMs, each with copies",
          threads,
          nodes.second() == null ? "" : " in each",
          seed);
      out.flush();
      Course course = new Course(nodes, remote, settings, out);
      Thread interrupt = stopOnInterrupt(course, finished);
      Report report = run(nodes, settings, course, out);
      report.print(out);
      forget(interrupt);
      return report.findings().isClean() ? RIGHT : WRONG;
    } finally {
      finished.countDown();
    }
  }

  private Settings settings() {
    require("--products", products, 2, 10_000_000);
    require("--threads", threads, 1, 1_000);
    require("--seconds", seconds, 0, 86_400);
    require("--outage", outage, 0, 3_600);
    require("--reads", reads, 0, Long.MAX_VALUE);
    return new Settings(products, threads, seconds, reads, outage, seed, corrupt, local, uri);
  }

  private void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be from %d to %d, was %d".formatted(option, least, most, value));
    }
  }

  private static Report run(Nodes nodes, Settings settings, Course course, PrintWriter out)
      throws RemoteException, SQLException, InterruptedException {
    Shop shop = nodes.first().shop();
    if (settings.corrupt()) {
      corruptBestseller(shop);
      out.println(
          "product " + Settings.BESTSELLER + " was altered in the cache, not in the database");
    }
    Outage outage = course.traffic();
    if (course.isStopped()) {
      out.println("\nstopped early");
      return new Report(nodes.findings(), nodes.all().size(), null, outage, null, null);
    }
    Node second = nodes.second();
    Histogram invalidations =
        second == null ? null : Invalidations.measure(nodes.first(), second, settings);
    Behaviour behaviour = Behaviour.observe(shop, settings);
    Findings findings = nodes.findings(); // before one of them is killed
    Safety safety = Safety.observe(nodes);
    return new Report(
        safety.complaint() == null ? findings : findings.plus(safety.complaint()),
        nodes.all().size(),
        behaviour,
        outage,
        invalidations,
        safety);
  }

  /**
   * By plain JCache: a loader that errs once, and a load that replaces what is cached. Until Redis
   * is reached nothing is stored, so it may take more than one try.
   */
  private static void corruptBestseller(Shop shop) throws SQLException, InterruptedException {
    for (int i = 0; i < PATIENCE_SECONDS; i++) {
      CompletionListenerFuture loaded = new CompletionListenerFuture();
      shop.loader().lieOnceAbout(Settings.BESTSELLER);
      shop.cache().products().loadAll(Set.of(Settings.BESTSELLER), true, loaded);
      try {
        loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException(
            "product " + Settings.BESTSELLER + " could not be altered", e);
      }
      Product cached = shop.cache().products().get(Settings.BESTSELLER);
      if (cached != null && !cached.equals(shop.database().find(Settings.BESTSELLER))) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    }
    throw new IllegalStateException("product " + Settings.BESTSELLER + " could not be altered");
  }

  /** On Ctrl-C the traffic ends, the table is printed and all is closed before the JVM goes. */
  private static Thread stopOnInterrupt(Course course, CountDownLatch finished) {
    Thread hook =
        new Thread(
            () -> {
              course.stop();
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
