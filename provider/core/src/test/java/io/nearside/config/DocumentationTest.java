package io.nearside.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The user's page says what the table of settings says, and what it shows works. After a change of
 * the table {@code -Dtest.writeDocs=true} brings the page up to date.
 */
class DocumentationTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "."), "../../docs/features/configuration.md");

  @Test
  void theTablesAreThoseOfTheSettings() throws IOException {
    check("settings", settings());
    check("refused", refused());
    check("presets", presets());
  }

  private static void check(String name, String table) throws IOException {
    if (Boolean.getBoolean("test.writeDocs")) {
      String page = page();
      int from = start(page, name);
      Files.writeString(PAGE, page.substring(0, from) + table + page.substring(end(page, name)));
    }
    assertThat(section(name)).isEqualTo(table);
  }

  private static String settings() {
    return "| setting | where | value | meaning |\n|---|---|---|---|\n"
        + Arrays.stream(Setting.values())
            .filter(setting -> setting.availability() == Availability.NOW)
            .map(setting ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        setting.path(),
                        setting.scope().label(),
                        setting.kind().label(),
                        setting.meaning() + (Tunable.has(setting) ? "; *live*" : "")))
            .collect(Collectors.joining());
  }

  private static String refused() {
    return "| setting | where | value | meaning |\n|---|---|---|---|\n"
        + Arrays.stream(Setting.values())
            .filter(setting -> setting.availability() != Availability.NOW)
            .map(setting ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        setting.path(),
                        setting.scope().label(),
                        setting.kind().label(),
                        setting.meaning()))
            .collect(Collectors.joining());
  }

  private static String presets() {
    return "| preset | is |\n|---|---|\n"
        + Arrays.stream(Preset.values())
            .map(preset ->
                "| `%s` | `%s` |\n".formatted(preset.id(), String.join("`, `", preset.summary())))
            .collect(Collectors.joining());
  }

  @Test
  void theYamlIsLegal() throws IOException {
    assertThat(blocks("yaml"))
        .isNotEmpty()
        .allSatisfy(yaml -> {
          ManagerConfiguration configuration = Given.file(yaml).load();
          assertThat(configuration.declaredCaches()).isNotEmpty();
          configuration.declaredCaches().forEach(configuration::declared);
        });
  }

  @Test
  void thePropertiesAreLegal() throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(String.join("\n", blocks("properties"))));
    Given given = Given.nothing();
    properties.forEach((name, value) -> given.property(name.toString(), value));
    assertThat(given.load().declaredCaches())
        .containsExactly("billing.local", "com.shop.Product##NaturalId", "products");
  }

  @Test
  void theVariablesAreLegal() throws IOException {
    Given given = Given.nothing();
    blocks("sh").stream()
        .flatMap(String::lines)
        .map(line -> line.replaceFirst("^export ", "").split("=", 2))
        .forEach(parts -> given.variable(parts[0], parts[1]));
    assertThat(given.environment).hasSize(6);
    assertThat(given.remote().namespace()).isEqualTo("shop");
    assertThat(given.address().password()).isEqualTo("…");
  }

  @Test
  void theMessagesAreThoseThatAreGiven() throws IOException {
    String shown = String.join("\n", blocks("text"));
    List<Given> mistakes =
        List.of(
            Given.file("caches:\n\n\n\n\n  products:\n    timeToLife: 1h"),
            Given.file("caches:\n\n\n\n\n  products:\n\n    jitter: 110%"),
            Given.nothing().property("nearside.namespase", "shop"));
    assertThat(mistakes.stream().map(DocumentationTest::message).collect(Collectors.joining("\n")))
        .isEqualTo(shown.strip());
  }

  private static String message(Given given) {
    try {
      given.load();
      return "no mistake";
    } catch (javax.cache.CacheException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  @Test
  void theJavaCompiles(@TempDir Path classes) throws IOException {
    List<String> snippets = new ArrayList<>(blocks("java"));
    assertThat(snippets).isNotEmpty();
    snippets.addAll(blocks("java", Files.readString(PAGE.resolveSibling("async.md"))));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
    for (String snippet : snippets) {
      StringWriter errors = new StringWriter();
      boolean compiled =
          compiler.getTask(errors, null, null, options, null, List.of(source(snippet))).call();
      assertThat(compiled).as("%s\n%s", snippet, errors).isTrue();
    }
  }

  private static SimpleJavaFileObject source(String snippet) {
    String code =
        """
        import io.nearside.*;
        import io.nearside.config.*;
        import java.net.URI;
        import java.time.Duration;
        import java.util.Properties;
        import javax.cache.*;
        class Snippet {
          void run(CacheManager manager, org.redisson.api.RedissonClient client) {
            %s
          }
        }
        """
            .formatted(snippet);
    return new SimpleJavaFileObject(
        URI.create("string:///Snippet.java"), javax.tools.JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return code;
      }
    };
  }

  private static List<String> blocks(String language) throws IOException {
    return blocks(language, page());
  }

  private static List<String> blocks(String language, String page) {
    Pattern block = Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$");
    try (Stream<MatchResult> found = block.matcher(page).results()) {
      return found.map(result -> result.group(1)).toList();
    }
  }

  private static String section(String name) throws IOException {
    String page = page();
    return page.substring(start(page, name), end(page, name));
  }

  private static int start(String page, String name) {
    String mark = "<!-- " + name + " -->\n";
    assertThat(page).contains(mark);
    return page.indexOf(mark) + mark.length();
  }

  private static int end(String page, String name) {
    return page.indexOf("<!-- /" + name + " -->");
  }

  private static String page() throws IOException {
    return Files.readString(PAGE).replace("\r\n", "\n");
  }
}
