package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StoreByValueDocTest {
  @Test
  void theDocumentedMatrixIsTheTestedOne() throws IOException {
    String text = Files.readString(Path.of("../../docs/features/store-by-value.md"));
    String matrix = text.substring(text.indexOf("## Type matrix"));
    List<String> documented = matrix.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
    List<String> tested =
        CopyCases.all().stream()
            .map(c -> "| " + c.name() + " | " + c.way().name().toLowerCase(Locale.ROOT) + " |")
            .toList();
    assertThat(documented).containsExactlyElementsOf(tested);
    assertThat(tested).doesNotHaveDuplicates().hasSizeGreaterThan(150);
  }
}
