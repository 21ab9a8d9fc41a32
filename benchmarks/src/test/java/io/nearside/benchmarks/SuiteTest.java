package io.nearside.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SuiteTest {
  @ParameterizedTest
  @EnumSource
  void everyLineGetsAValueAndEveryCaseOfARoundIsMeasuredOncePerRound(Suite suite) {
    Map<Case, Integer> runs = new HashMap<>();
    Session session =
        new Session(
            suite,
            one -> {
              runs.merge(one, 1, Integer::sum);
              return Optional.of(new Measurement(10, 0));
            },
            new PrintStream(PrintStream.nullOutputStream()));

    session.run();

    assertThat(session.lines()).allSatisfy(line -> assertThat(line.value()).isNotNull());
    assertThat(suite.casesOfRound())
        .allSatisfy(one -> assertThat(runs).containsEntry(one, suite.rounds()));
    assertThat(session.figures()).containsOnlyKeys(runs.keySet());
  }

  @Test
  void fullSuiteLeavesNoHoleInItsTables() {
    Set<Case> measured = new HashSet<>(Suite.FULL.casesOfRound());
    measured.addAll(Suite.FULL.casesOfTables());

    assertThat(Suite.FULL.tables())
        .allSatisfy(table -> assertThat(table.cases()).isSubsetOf(measured));
  }

  @Test
  void tableShowsFiguresAndLeavesOutRowsWithoutAny() {
    Case raw = Case.of(CaffeineVariant.CREATION_EXPIRY, Case.Operation.GET);

    String text = Tables.operations().markdown(Map.of(raw, new Measurement(41.26, 0)));

    assertThat(text).contains("| raw Caffeine | 41.3 | – | – | – | – |").doesNotContain("Ehcache");
  }

  @Test
  void figuresReplaceWhatStandsBetweenTheMarkers() {
    String begin = Docs.BEGIN.formatted("remote-");
    String end = Docs.END.formatted("remote-");
    String page = "# Title\n" + begin + "\nold\n" + end + "\nrest\n";

    assertThat(Docs.insert(page, "remote-", "new\n"))
        .isEqualTo("# Title\n" + begin + "\nnew\n" + end + "\nrest\n");
  }
}
