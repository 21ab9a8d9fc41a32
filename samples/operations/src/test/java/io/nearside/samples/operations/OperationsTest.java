package io.nearside.samples.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The program as it is run, looked at from outside while Redis goes and comes back. */
@Timeout(180)
@Tag("any-jdk")
class OperationsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern NAME = Pattern.compile("(?m)^([a-z][a-z0-9_]*)(?=[ {])");

  private final StringWriter out = new StringWriter();
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @Test
  void whatRulesAndDashboardNameIsThere() throws Exception {
    Path picture = folder.resolve("course.png");
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(() ->
            run(
                "--seconds",
                "14",
                "--outage",
                "4",
                "--refusal",
                "2",
                "--port",
                "0",
                "--picture",
                picture.toString()));
    URI metrics = said("metrics at (\\S+),");
    URI health = said("health at (\\S+)");
    await().atMost(PATIENCE).until(() -> get(health).startsWith("UP"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(get(health)).startsWith("DEGRADED").contains("Redis", "works:", "next:"));
    Set<String> shown = new TreeSet<>();
    while (!exit.isDone()) {
      try {
        Matcher name = NAME.matcher(get(metrics));
        while (name.find()) {
          shown.add(name.group(1));
        }
      } catch (IOException e) {
        break; // it has ended
      }
    }
    assertThat(exit.join()).as(out.toString()).isZero();
    assertThat(Named.byRules()).as("the alert rules name").isNotEmpty();
    assertThat(shown).as("metrics that the rules name").containsAll(Named.byRules());
    assertThat(shown).as("metrics that the dashboard names").containsAll(Named.byDashboard());
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(1_000);
    assertThat(Files.size(picture)).isGreaterThan(10_000);
  }

  @Test
  void badOptionsAreRefused() {
    assertThat(run("--seconds", "5", "--outage", "6")).isEqualTo(2);
    assertThat(out.toString()).contains("--outage must be from 0 to 5, was 6");
  }

  private int run(String... arguments) {
    PrintWriter writer = new PrintWriter(out, true);
    return new CommandLine(new Operations()).setOut(writer).setErr(writer).execute(arguments);
  }

  private URI said(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher found = wanted.matcher(out.toString());
              return found.find() ? URI.create(found.group(1)) : null;
            },
            uri -> uri != null);
  }

  private String get(URI uri) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }
}
