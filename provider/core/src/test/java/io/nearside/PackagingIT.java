package io.nearside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a user gets: the built jars, opened, and fresh JVMs that have nothing else. */
class PackagingIT {
  private static final String REGISTRATION = "META-INF/services/javax.cache.spi.CachingProvider";
  private static final String PROVIDER = "io.nearside.spi.NearsideCachingProvider";

  /** The library's jar and its runtime dependencies. */
  private static List<Path> jars;

  private static Path plainRedisson;

  @TempDir Path folder;

  @BeforeAll
  static void findJars() throws IOException {
    Path packaging = Path.of(System.getProperty("packaging.folder"));
    plainRedisson = packaging.resolve("plain-redisson.jar");
    String classPath = Files.readString(packaging.resolve("runtime-class-path.txt")).strip();
    jars = new ArrayList<>(List.of(Path.of(System.getProperty("packaging.jar"))));
    Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).forEach(jars::add);
    assertThat(jars).allMatch(Files::isRegularFile, "is a jar: run this test by `mvn verify`");
  }

  @Test
  void exactlyOneJarRegistersAProviderAndItIsOurs() throws IOException {
    List<String> registrations = new ArrayList<>();
    for (Path path : jars) {
      try (JarFile jar = new JarFile(path.toFile())) {
        if (jar.getEntry(REGISTRATION) != null) {
          registrations.add(path.getFileName() + ": " + text(jar, REGISTRATION).strip());
        }
      }
    }
    assertThat(registrations)
        .singleElement()
        .asString()
        .startsWith("nearside-")
        .endsWith(": " + PROVIDER);
  }

  @Test
  void theRepackagedRedissonDiffersFromTheOriginalByMetadataOnly() throws IOException {
    Path ours =
        jars.stream()
            .filter(path -> path.getFileName().toString().startsWith("nearside-redisson"))
            .findFirst()
            .orElseThrow();
    assertThat(content(ours)).containsExactlyInAnyOrderElementsOf(content(plainRedisson));
  }

  @Test
  void everyJarOfOursCarriesItsLicenceAndNotice() throws IOException {
    for (Path path : jars) {
      if (path.getFileName().toString().startsWith("nearside-")) {
        try (JarFile jar = new JarFile(path.toFile())) {
          assertThat(jar.getEntry("META-INF/LICENSE")).as("%s licence", path).isNotNull();
          assertThat(jar.getEntry("META-INF/NOTICE")).as("%s notice", path).isNotNull();
        }
      }
    }
  }

  @Test
  void aFreshJvmFindsTheProviderAndALocalCacheLoadsNothingOfRedis() throws Exception {
    Run run = probe(jars, List.of("-Xlog:class+load:stdout"));
    assertThat(run.output()).contains("provider=" + PROVIDER, "value=cached");
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .as("class loading is logged")
        .containsPattern("\\]\\s+io\\.nearside\\.\\S+ source:");
    assertThat(
            run.output()
                .lines()
                .filter(line -> line.matches(".*\\]\\s+(org\\.redisson|io\\.netty)\\..*")))
        .as("classes of Redis clients")
        .isEmpty();
  }

  @Test
  void fromTheModulePathItStartsToo() throws Exception {
    String path = String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
    List<String> options = new ArrayList<>(List.of("--module-path", path));
    options.addAll(List.of("--add-modules", "ALL-MODULE-PATH"));
    // its package is the module's
    options.addAll(List.of("--patch-module", "io.nearside=" + folder.resolve("classes")));
    Run run = probe(List.of(), options);
    assertThat(run.output()).contains("provider=" + PROVIDER, "module io.nearside", "value=cached");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void besidePlainRedissonTheFirstUseSaysWhatToDo() throws Exception {
    List<Path> both = new ArrayList<>(jars);
    both.add(plainRedisson);
    both.addAll(logging());
    Run run = probe(both, List.of(), PROVIDER);
    assertThat(run.output()).contains("provider=" + PROVIDER, "value=cached");
    assertThat(run.exitCode()).isZero();
    assertThat(run.output().lines().filter(line -> line.contains("WARN") && isHint(line)))
        .as(run.output())
        .hasSize(1);
  }

  @Test
  void withoutASecondProviderThereIsNoSuchWarning() throws Exception {
    List<Path> alone = new ArrayList<>(jars);
    alone.addAll(logging());
    Run run = probe(alone, List.of());
    assertThat(run.output()).contains("provider=" + PROVIDER, "value=cached");
    assertThat(run.output().lines().filter(PackagingIT::isHint)).isEmpty();
  }

  /** It names the other provider and the remedy: exclude its jar or name the provider wanted. */
  private static boolean isHint(String line) {
    return line.contains("org.redisson.jcache.JCachingProvider")
        && (line.contains("exclude") || line.contains("-Djavax.cache.spi.CachingProvider="));
  }

  /** The logging back end of the tests: a user's application would have one too. */
  private static List<Path> logging() throws Exception {
    List<Path> paths = new ArrayList<>();
    for (Class<?> type :
        List.of(LoggerFactory.getILoggerFactory().getClass(), ch.qos.logback.core.Context.class)) {
      paths.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    return paths;
  }

  private record Run(int exitCode, String output) {}

  private Run probe(List<Path> classPath, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    Path classes = Files.createDirectories(folder.resolve("classes/io/nearside"));
    String resource = PackagingProbe.class.getSimpleName() + ".class";
    try (InputStream in = PackagingProbe.class.getResourceAsStream(resource)) {
      Files.write(classes.resolve(resource), in.readAllBytes());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    Stream<Path> all = Stream.concat(Stream.of(folder.resolve("classes")), classPath.stream());
    command.add(String.join(File.pathSeparator, all.map(Path::toString).toList()));
    command.add(PackagingProbe.class.getName());
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the JVM did not end: " + Files.readString(output));
    }
    return new Run(process.exitValue(), Files.readString(output));
  }

  /** Everything but META-INF, with the checksums of its bytes. */
  private static List<String> content(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("META-INF/"))
          .map(entry -> entry.getName() + " " + entry.getSize() + " " + entry.getCrc())
          .toList();
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
