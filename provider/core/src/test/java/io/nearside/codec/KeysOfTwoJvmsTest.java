package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of another JVM, in which every enum and object has another identity hash. */
class KeysOfTwoJvmsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3})
  void theTextsAreEqual(int hashCode) throws Exception {
    List<Object> keys = keys();
    KeyCodec codec = KeyCases.codec();
    List<String> lines = run(hashCode);
    assertThat(lines.get(0)).isNotEqualTo(identity());
    List<String> texts = lines.subList(1, lines.size());
    assertThat(texts).isEqualTo(keys.stream().map(codec::encode).toList());
    for (int i = 0; i < keys.size(); i++) {
      assertThat(codec.decode(texts.get(i))).isEqualTo(keys.get(i));
    }
  }

  private List<String> run(int hashCode) throws Exception {
    Path output = folder.resolve("texts");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=" + hashCode,
                "-Duser.language=tr",
                "-Duser.timezone=Asia/Kolkata",
                "-cp",
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .replace("\n", File.pathSeparator),
                KeysOfTwoJvmsTest.class.getName(),
                output.toString())
            .redirectErrorStream(true)
            .redirectOutput(errors.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }

  /** Writes the texts of all keys, one a line, after what shows that identity hashes differ. */
  public static void main(String[] arguments) throws Exception {
    KeyCodec codec = KeyCases.codec();
    List<String> lines = new ArrayList<>(List.of(identity()));
    keys().forEach(key -> lines.add(codec.encode(key)));
    Files.write(Path.of(arguments[0]), lines, StandardCharsets.UTF_8);
  }

  private static List<Object> keys() {
    List<Object> keys = KeyCases.keys();
    keys.addAll(HibernateKeysFixture.keys());
    return keys;
  }

  private static String identity() {
    return KeyCases.Operation.ADD.hashCode() + " " + KeyCases.Colour.RED.hashCode();
  }
}
