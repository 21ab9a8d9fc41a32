package io.nearside.samples.operations;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. Its exit code is 0 when all reads were answered, 1 when not, 2 for bad options. */
@Command(
    name = "operations",
    showDefaultValues = true,
    description = "A shop over two caches, whose metrics and health are there to be looked at.")
public final class Operations implements Callable<Integer> {
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_PORT = 65_535;

  @Option(names = "--seconds", defaultValue = "60", description = "how long it runs")
  private int seconds;

  @Option(
      names = "--outage",
      defaultValue = "15",
      description = "for how many seconds in the middle Redis is away; 0: it is not killed")
  private int outage;

  @Option(
      names = "--refusal",
      defaultValue = "8",
      description = "for how many of its last seconds the source refuses all; 0: it never does")
  private int refusal;

  @Option(
      names = "--port",
      defaultValue = "9464",
      description = "of /metrics and /health, at loopback; 0: any that is free")
  private int port;

  @Option(
      names = "--picture",
      description = "a PNG file for the course of the main figures; default: none")
  private @Nullable Path picture;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      showDefaultValue = Visibility.NEVER,
      description = "print this")
  private boolean help;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Operations()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    require("--seconds", seconds, 1, MOST_SECONDS);
    require("--outage", outage, 0, seconds);
    require("--refusal", refusal, 0, seconds);
    require("--port", port, 0, MOST_PORT);
    PrintWriter out = spec.commandLine().getOut();
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    CountDownLatch finished = new CountDownLatch(1);
    Thread interrupt = stopOnInterrupt(finished);
    try (Server server = Server.start();
        Source source = new Source();
        Shop shop = Shop.open(server.address(), registry, source);
        Endpoint endpoint = Endpoint.open(port, registry, shop.manager())) {
      out.println(
          "metrics at " + endpoint.uri("/metrics") + ", health at " + endpoint.uri("/health"));
      Course course = new Course(registry);
      run(server, source, course, out);
      shop.stop();
      source.refuse(false); // what is written behind is still to be written
      out.println(shop.said());
      if (picture != null) {
        course.draw(picture);
        out.println("the course of it: " + picture);
      }
      return shop.failedReads() == 0 ? 0 : 1;
    } finally {
      finished.countDown();
      forget(interrupt);
    }
  }

  /** A second is a step: what is due happens, and the figures are noted. */
  private void run(Server server, Source source, Course course, PrintWriter out)
      throws InterruptedException, IOException {
    int away = (seconds - outage) / 2;
    for (int second = 0; second < seconds; second++) {
      if (outage > 0 && second == away) {
        server.kill();
        out.println(second + " s: Redis is killed");
      } else if (outage > 0 && second == away + outage) {
        server.restart();
        out.println(second + " s: Redis is back, empty");
      }
      if (refusal > 0 && second == seconds - refusal) {
        source.refuse(true);
        out.println(second + " s: the source refuses all");
      }
      out.flush();
      if (stopped.await(1, TimeUnit.SECONDS)) {
        out.println("stopped early");
        break;
      }
      course.note(Duration.ofSeconds(second + 1));
    }
  }

  private void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be from %d to %d, was %d".formatted(option, least, most, value));
    }
  }

  /** On Ctrl-C it ends as if its time were over, before the JVM goes. */
  private Thread stopOnInterrupt(CountDownLatch finished) {
    Thread hook =
        new Thread(
            () -> {
              stopped.countDown();
              try {
                finished.await(1, TimeUnit.MINUTES);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "operations-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) { // the JVM is going, which is what it was for
      return;
    }
  }
}
