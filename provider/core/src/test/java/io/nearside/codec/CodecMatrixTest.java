package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.CopyCases.Case;
import io.nearside.config.RemoteCacheSettings.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

/**
 * What each codec gives back. The documentation holds the same table; write it anew with {@code
 * -Dcodecs.matrix=write}.
 */
class CodecMatrixTest {
  private static final Path PAGE = Path.of("../../docs/features/codecs.md");
  private static final String HEADING = "## Type matrix";
  private static final List<String> CODECS =
      List.of("fory", "fst", "java", "kryo", "jackson-json", "jackson-cbor", "jackson-msgpack");

  @Test
  void theDocumentedMatrixIsTheTestedOne() throws IOException {
    String page = Files.readString(PAGE);
    List<String> tested = rows();
    assertThat(tested).filteredOn(row -> row.contains("WRONG")).isEmpty();
    if ("write".equals(System.getProperty("codecs.matrix"))) {
      int start = page.indexOf('\n', page.indexOf("|---", page.indexOf(HEADING))) + 1;
      Files.writeString(PAGE, page.substring(0, start) + String.join("\n", tested) + "\n");
      return;
    }
    String matrix = page.substring(page.indexOf(HEADING));
    List<String> documented = matrix.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
    assertThat(matrix).contains("| value | " + String.join(" | ", CODECS) + " |");
    assertThat(tested).doesNotHaveDuplicates().hasSizeGreaterThan(180);
    assertThat(documented).containsExactlyElementsOf(tested);
  }

  private static List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (Case c : MatrixCases.all()) {
      StringBuilder row = new StringBuilder("| ").append(c.name().replace("|", "\\|"));
      for (String codec : CODECS) {
        row.append(" | ").append(outcomeOrFailure(codec, c));
      }
      rows.add(row.append(" |").toString());
    }
    return rows;
  }

  private static String outcomeOrFailure(String codecName, Case c) {
    try {
      return outcome(codecName, c);
    } catch (AssertionError | RuntimeException e) {
      return "WRONG: " + e;
    }
  }

  /** Any other outcome than these fails: nothing may come back silently different. */
  private static String outcome(String codecName, Case c) {
    Object original = c.original().get();
    if (codecName.startsWith("jackson") && original.getClass() == Object.class) {
      return "–"; // refused at configuration
    }
    ValueCodec codec = codec(codecName, original);
    Payload payload;
    try {
      payload = codec.encode(original);
    } catch (CacheException e) {
      assertThat(e)
          .as("%s in %s", c, codecName)
          .hasMessageStartingWith("cache \"orders\": a value")
          .hasMessageMatching("(?s).*(allowedTypes: \\[\".*\"]|choose another codec, .*)");
      return "–";
    }
    String before = describe(original); // not earlier: a Calendar completes itself when written
    for (int round = 0; round < (c.name().contains("10 MB") ? 1 : 3); round++) {
      byte[] bytes = payload.bytes();
      Object copy = codec.decode(payload.codecId(), payload.compression(), bytes, 0, bytes.length);
      if (codecName.startsWith("jackson")) {
        assertThat(Likes.alike(original, copy)).as("%s in %s: %s", c, codecName, copy).isTrue();
      } else {
        assertThat(describe(copy)).as("%s in %s", c, codecName).isEqualTo(before);
      }
      payload = codec.encode(original);
    }
    assertThat(describe(original)).isEqualTo(before);
    return codecName.startsWith("jackson") ? "equal" : "same";
  }

  /** Without what only tells identities and loaders apart. */
  private static String describe(Object object) {
    if (object instanceof byte[] bytes) { // its text would be long
      return bytes.length + " bytes " + Arrays.hashCode(bytes);
    }
    if (object instanceof Calendar calendar) {
      calendar.get(Calendar.YEAR); // completes its fields
    }
    return ObjectGraph.describe(object)
        .replaceAll("@[0-9a-f]{1,8}", "@")
        .replaceAll("\\b(app|java\\.base)(@[\\w.]+)?/+", "");
  }

  private static ValueCodec codec(String name, Object original) {
    Class<?> type = name.startsWith("jackson") ? original.getClass() : Object.class;
    ClassLoader loader = CodecMatrixTest.class.getClassLoader();
    AllowList allowed =
        AllowList.of("orders", loader, List.of(type), List.of("io.nearside.codec.**"));
    CodecContext context = new CodecContext("orders", Object.class, type, loader, allowed);
    return new ValueCodec(context, name, Compression.DEFAULT, 64 << 20);
  }
}
