package io.nearside;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The package rules of the architecture: who may see whom, and who may see the outside. */
@Tag("any-jdk")
class ArchitectureTest {
  private static final String ROOT = "io.nearside";

  /** Column "may use" of the table of packages; what those use comes with them. */
  private static final Map<String, List<String>> MAY_USE = mayUse();

  /** The only homes of real time and real randomness. */
  private static final Pattern AMBIENT_HOME =
      Pattern.compile(
          "io\\.nearside\\.store\\.(Clock|SystemClock|Randomness|SystemRandom)(\\$.*)?");

  private static final Pattern AMBIENT =
      Pattern.compile(
          "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)"
              + "|java\\.time\\.Clock\\.(system|tick).*"
              + "|java\\.lang\\.Math\\.random"
              + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\..*"
              + "|java\\.util\\.(Random|SplittableRandom)\\.<init>"
              + "|java\\.security\\.SecureRandom\\..*"
              + "|java\\.util\\.random\\.RandomGenerator\\.(of|getDefault)"
              + "|java\\.util\\.UUID\\.randomUUID"
              + "|java\\.util\\.Date\\.<init>");

  private static final JavaClasses MAIN = main();

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("io.nearside.(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(MAIN);
  }

  @Test
  void nothingDependsOnSpi() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.nearside.spi..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nearside.spi..")
        .check(MAIN);
  }

  @Test
  void theCacheSeesOnlyTheContractOfStores() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.nearside.cache..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.nearside.store.local..",
                "io.nearside.store.disk..",
                "io.nearside.store.remote..",
                "com.github.benmanes..",
                "org.redisson.."));
  }

  @Test
  void storesSeeNeitherCacheNorEvents() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.nearside.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nearside.cache..", "io.nearside.event.."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.github.benmanes.. io.nearside.store.local..",
        "org.redisson.. io.nearside.store.remote..",
        "io.netty.. io.nearside.store.remote..",
        "org.h2.. io.nearside.store.disk..",
        "org.apache.fory.. io.nearside.codec..",
        "org.yaml.snakeyaml.. io.nearside.config..",
        "io.micrometer.. io.nearside.observe.micrometer.."
      })
  void aLibraryHasOneImporter(String libraryAndHome) {
    String[] words = libraryAndHome.split(" ");
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(words[1])
            .should()
            .dependOnClassesThat()
            .resideInAPackage(words[0]));
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyWhatTheTableAllows(String name) {
    Set<String> allowed = allowed(name);
    DescribedPredicate<JavaClass> other =
        DescribedPredicate.describe(
            "in a package of Nearside that " + name + " may not use",
            type -> isOurs(type) && !allowed.contains(shortName(type.getPackageName())));
    check(
        noClasses()
            .that(
                DescribedPredicate.describe(
                    "in " + ROOT + name, type -> shortName(type.getPackageName()).equals(name)))
            .should()
            .dependOnClassesThat(other));
  }

  @Test
  void everyPackageIsInTheTable() {
    assertThat(MAIN.stream().map(type -> shortName(type.getPackageName())).distinct())
        .isSubsetOf(MAY_USE.keySet());
  }

  @Test
  void timeAndRandomnessComeThroughOnePair() {
    timeAndRandomness().check(MAIN);
  }

  @ParameterizedTest
  @ValueSource(classes = {TellsTime.class, TellsTimeByReference.class, IsRandom.class})
  void plantedTimeOrRandomnessIsFound(Class<?> planted) {
    JavaClasses classes = new ClassFileImporter().importClasses(planted);
    assertThatThrownBy(() -> timeAndRandomness().check(classes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(planted.getSimpleName());
  }

  @Test
  void nothingThatOnlyTestsMayUse() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.junit..",
                "junit..",
                "org.assertj..",
                "org.awaitility..",
                "org.mockito..",
                "org.hamcrest..",
                "org.jsr107..",
                "com.tngtech..",
                "org.objectweb..",
                "ch.qos.logback.."));
  }

  private static ArchRule timeAndRandomness() {
    return classes()
        .that(
            DescribedPredicate.describe(
                "are not the clock or the randomness themselves",
                (JavaClass type) -> !AMBIENT_HOME.matcher(type.getName()).matches()))
        .should(
            new ArchCondition<JavaClass>("not read ambient time or randomness") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
                  if (isAmbient(access)) {
                    events.add(SimpleConditionEvent.violated(type, access.getDescription()));
                  }
                }
              }
            });
  }

  /** {@code now()} of every type of java.time is ambient, unless it is given a clock. */
  private static boolean isAmbient(JavaCodeUnitAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return AMBIENT.matcher(owner + "." + access.getName()).matches()
        || owner.startsWith("java.time.")
            && access.getName().equals("now")
            && access.getTarget().getRawParameterTypes().stream()
                .noneMatch(type -> type.getName().equals("java.time.Clock"));
  }

  /** Packages to come are in the table already, so a rule may find nothing to look at yet. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }

  static Stream<String> packages() {
    return MAY_USE.keySet().stream().filter(name -> !name.equals(".spi"));
  }

  private static Set<String> allowed(String name) {
    List<String> open = new ArrayList<>(List.of(name, ""));
    open.addAll(MAY_USE.get(name));
    for (int i = 0; i < open.size(); i++) {
      for (String more : MAY_USE.get(open.get(i))) {
        if (!open.contains(more)) {
          open.add(more);
        }
      }
    }
    return new LinkedHashSet<>(open);
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
  }

  private static String shortName(String packageName) {
    return packageName.substring(ROOT.length());
  }

  private static Map<String, List<String>> mayUse() {
    Map<String, List<String>> table = new LinkedHashMap<>();
    table.put("", List.of());
    table.put(".config", List.of(".codec"));
    table.put(".spi", List.of());
    table.put(".codec", List.of(".config"));
    table.put(".codec.fst", List.of(".codec"));
    table.put(".cache", List.of(".store", ".event", ".load", ".write", ".observe", ".config"));
    table.put(".event", List.of(".config", ".observe"));
    table.put(".store", List.of(".codec"));
    table.put(".store.local", List.of(".store"));
    table.put(".store.disk", List.of(".store", ".codec", ".observe"));
    table.put(".store.remote", List.of(".store", ".codec", ".resilience", ".observe"));
    table.put(".store.tiered", List.of(".store", ".coherence"));
    table.put(".coherence", List.of(".store"));
    table.put(".load", List.of(".store", ".observe"));
    table.put(".write", List.of(".store", ".observe"));
    table.put(".resilience", List.of(".config", ".observe"));
    table.put(".observe", List.of(".config", ".store")); // it shows what stores count
    table.put(".observe.micrometer", List.of(".observe"));
    return table;
  }

  private static JavaClasses main() {
    try {
      return new ClassFileImporter()
          .importPath(
              Path.of(Topology.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static class TellsTime {
    long now() {
      return System.nanoTime();
    }
  }

  static class TellsTimeByReference {
    final LongSupplier now = System::currentTimeMillis;
  }

  static class IsRandom {
    long next() {
      return ThreadLocalRandom.current().nextLong();
    }
  }
}
