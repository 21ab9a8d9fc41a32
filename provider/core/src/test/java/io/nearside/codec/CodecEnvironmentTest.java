package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Codecs in JVMs that lack something, or bring something. */
class CodecEnvironmentTest {
  @TempDir private Path folder;

  private String probe(List<String> flags, String classPath, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, CodecProbe.class.getName()));
    command.addAll(List.of(arguments));
    File output = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output.toPath());
  }

  private static String classPathWithout(String library) {
    String whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> all = Arrays.asList(whole.split(File.pathSeparator));
    List<String> others =
        all.stream()
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(library))
            .toList();
    if (!library.isEmpty() && others.size() == all.size()) {
      throw new AssertionError("no " + library + " on " + whole);
    }
    return library.isEmpty()
        ? whole
        : others.stream().collect(Collectors.joining(File.pathSeparator));
  }

  @ParameterizedTest
  @CsvSource({
    "kryo, kryo-5, 7, com.esotericsoftware:kryo",
    "fst, fst-, 2, de.ruedigermoeller:fst",
    "jackson-json, jackson-databind, 4, com.fasterxml.jackson.core:jackson-databind"
  })
  void aMissingLibraryIsNamed(String codec, String library, String id, String coordinates)
      throws Exception {
    String classPath = classPathWithout(library);
    assertThat(probe(List.of(), classPath, codec, "1"))
        .contains("CacheException cache \"orders\": codec \"" + codec + "\" needs a library")
        .contains("add " + coordinates);
    assertThat(probe(List.of(), classPath, "fory", id))
        .contains("codec 1")
        .contains("UnreadableException cache \"orders\": codec \"" + codec + "\" needs a library");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_25)
  void fstSaysThatTheJvmDeniesUnsafe() throws Exception {
    List<String> denied = List.of("--sun-misc-unsafe-memory-access=deny");
    assertThat(probe(denied, classPathWithout(""), "fst", "1"))
        .contains("CacheException cache \"orders\": codec \"fst\" needs sun.misc.Unsafe")
        .contains("--sun-misc-unsafe-memory-access=allow");
    assertThat(probe(List.of(), classPathWithout(""), "fst", "2")).contains("codec 2");
  }

  private static final String LOUD =
      """
      package shop;
      import io.nearside.codec.*;
      public class Loud implements CodecFactory, Codec {
        public int id() { return 70; }
        public String name() { return "loud"; }
        public Codec create(CodecContext context) { return this; }
        public byte[] encode(Object value) { return (value + "!").getBytes(); }
        public Object decode(byte[] bytes, int offset, int length) {
          return new String(bytes, offset, length - 1);
        }
      }
      """;

  private String classPathWith(String source) throws Exception {
    Path file = folder.resolve("Loud.java");
    Files.writeString(file, source);
    String classPath = classPathWithout("");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                classPath,
                "-d",
                folder.toString(),
                file.toString());
    assertThat(status).isZero();
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve(CodecFactory.class.getName()), "shop.Loud");
    return folder + File.pathSeparator + classPath;
  }

  @Test
  void anOwnCodecIsFound() throws Exception {
    assertThat(probe(List.of(), classPathWith(LOUD), "loud", "70"))
        .contains("codec 70")
        .contains("read");
  }

  @Test
  void anOwnCodecWithOneOfOurIdsIsRefused() throws Exception {
    assertThat(probe(List.of(), classPathWith(LOUD.replace("70", "1")), "fory", "1"))
        .contains("CacheException cache \"orders\": codec \"loud\" has id 1; use 64 to 127");
  }
}
