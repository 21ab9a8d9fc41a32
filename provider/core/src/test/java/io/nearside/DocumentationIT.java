package io.nearside;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.testserver.RedisServer;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documentation shows works: every Java block compiles against the built jar and its
 * dependencies, the README's program runs in a fresh folder and a fresh JVM, and every link between
 * pages leads somewhere.
 */
@Tag("any-jdk")
class DocumentationIT {
  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern BLOCK =
      Pattern.compile("(?m)^( *)```(\\w+)\\R((?s:.*?))^\\1```\\s*$");
  private static final Pattern CLASS = Pattern.compile("public class (\\w+)");

  /**
   * Their blocks need more than this module has on its class path; modules of theirs check them.
   */
  private static final Set<Path> OF_OTHER_MODULES =
      Set.of(
          Path.of("annotations.md"),
          Path.of("micronaut.md"),
          Path.of("quarkus.md"),
          Path.of("spring-boot.md"),
          Path.of("testing.md"));

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  /** What the blocks take for granted. */
  private static final String FRAME =
      """
      import io.nearside.*;
      import io.nearside.config.*;
      import java.lang.management.ManagementFactory;
      import java.net.URI;
      import java.util.*;
      import javax.cache.*;
      import javax.cache.configuration.*;
      import javax.cache.event.*;
      import javax.cache.expiry.*;
      import javax.cache.integration.*;
      import javax.cache.spi.CachingProvider;
      import javax.management.ObjectName;
      import org.redisson.api.RedissonClient;
      import %s;

      @SuppressWarnings({"unchecked", "unused"})
      class %s {
        interface Product {}
        interface Session {}
        interface Page {}
        record Order(List<String> lines) {}
        interface Source { Product find(long id); }

        Source source;
        Product product;
        CacheManager manager;
        RedissonClient client;
        Cache<Long, Product> products;
        Cache<Long, Order> cache;
        CacheLoader<Long, Product> loader;
        CacheWriter<Long, Product> writer;
        io.micrometer.core.instrument.MeterRegistry registry;
        io.micrometer.observation.ObservationRegistry observations;
        java.nio.file.Path folder;

        void log(String text) {}

        void example() throws Exception {
      %s
        }
      }
      """;

  @TempDir Path folder;

  record Block(Path page, int number, String language, String text) {
    @Override
    public String toString() {
      return ROOT.relativize(page) + ", block " + number;
    }
  }

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
      docs.filter(path -> path.toString().endsWith(".md")).sorted().forEach(pages::add);
      return pages.stream();
    }
  }

  static Stream<Block> javaBlocks() throws IOException {
    return pages()
        .filter(page -> !OF_OTHER_MODULES.contains(page.getFileName()))
        .flatMap(DocumentationIT::blocks)
        .filter(block -> block.language.equals("java"));
  }

  private static Stream<Block> blocks(Path page) {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(read(page));
    while (matcher.find()) {
      blocks.add(
          new Block(page, blocks.size() + 1, matcher.group(2), matcher.group(3).stripIndent()));
    }
    return blocks.stream();
  }

  @ParameterizedTest
  @MethodSource("javaBlocks")
  void everyJavaBlockCompiles(Block block) throws IOException {
    compile(block);
  }

  @Test
  void theProgramOfTheReadmeRunsInAFreshFolder() throws Exception {
    Block program =
        javaBlocks().filter(block -> block.page.endsWith("README.md")).findFirst().orElseThrow();
    assertThat(run(program, Map.of())).contains("Ada").endsWith("exit code 0");
  }

  @Test
  void theReadmesDependencyIsThisOne() {
    String dependency =
        blocks(ROOT.resolve("README.md"))
            .filter(block -> block.language.equals("xml"))
            .findFirst()
            .orElseThrow()
            .text;
    String pom = read(Path.of("pom.xml"));
    assertThat(pom).contains("<artifactId>nearside</artifactId>");
    assertThat(dependency).contains("<artifactId>nearside</artifactId>");
    String version = dependency.replaceAll("(?s).*<version>(.*)</version>.*", "$1");
    assertThat(pom).contains("<version>" + version + "</version>");
  }

  @Test
  void theReadmesVariablesMoveItsCachesIntoRedis() throws Exception {
    Block program =
        javaBlocks().filter(block -> block.page.endsWith("README.md")).findFirst().orElseThrow();
    Map<String, String> variables = new HashMap<>();
    blocks(ROOT.resolve("README.md"))
        .filter(block -> block.language.equals("properties"))
        .flatMap(block -> block.text.lines())
        .forEach(line -> variables.put(line.split("=")[0], line.split("=")[1]));
    try (RedisServer server = RedisServer.start()) {
      variables.put("NEARSIDE_REMOTE_ADDRESS", server.address());
      variables.put(
          "NEARSIDE_REMOTE_TIMEOUT", "20s"); // a busy machine must not look like an outage
      assertThat(run(program, variables)).contains("Ada").endsWith("exit code 0");
      assertThat(server.keys("{" + variables.get("NEARSIDE_NAMESPACE") + ":names:*")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkBetweenPagesLeadsSomewhere(Path page) {
    Matcher matcher = LINK.matcher(read(page));
    List<String> broken = new ArrayList<>();
    while (matcher.find()) {
      if (!Files.exists(page.resolveSibling(matcher.group(1)))) {
        broken.add(matcher.group(1));
      }
    }
    assertThat(broken).as(ROOT.relativize(page).toString()).isEmpty();
  }

  /** What a block's program prints in a JVM of its own, and its exit code. */
  private String run(Block program, Map<String, String> variables) throws Exception {
    String name = compile(program);
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + File.pathSeparator + classPath(),
                name)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(variables);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(output) + "exit code " + process.exitValue();
  }

  /** Compiles a block, in a class of its own unless it is one; returns the class's name. */
  private String compile(Block block) throws IOException {
    Matcher named = CLASS.matcher(block.text);
    boolean whole = named.find();
    String name = whole ? named.group(1) : "Example";
    String source = whole ? block.text : framed(block);
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-proc:none", "-d", folder.toString(), "-classpath", classPath()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
            .call();
    assertThat(compiled).as("%s%n%s%n%s", block, source, messages).isTrue();
    return name;
  }

  private static String framed(Block block) {
    String duration =
        block.text.contains("Duration.of") ? "java.time.Duration" : "javax.cache.expiry.Duration";
    return FRAME.formatted(duration, "Example", block.text);
  }

  private static String classPath() throws IOException {
    Path packaging = Path.of(System.getProperty("packaging.folder"));
    return System.getProperty("packaging.jar")
        + File.pathSeparator
        + Files.readString(packaging.resolve("runtime-class-path.txt")).strip();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
