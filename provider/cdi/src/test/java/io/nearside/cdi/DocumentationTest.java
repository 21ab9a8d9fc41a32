package io.nearside.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.cache.CacheManager;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "."));

  @Test
  void thePageShowsTheBeanThatIsTested() throws IOException {
    String source = Files.readString(BASE.resolve("src/test/java/io/nearside/cdi/Catalogue.java"));
    String bean = source.substring(source.indexOf("@ApplicationScoped"));
    assertThat(Files.readString(BASE.resolve("../../docs/features/annotations.md")))
        .contains("```java\n" + bean + "```");
  }

  @Test
  void theBeanDoesWhatThePageSays() {
    try (WeldContainer container = Containers.of(Catalogue.class, Database.class)) {
      Catalogue catalogue = container.select(Catalogue.class).get();
      Database database = container.select(Database.class).get();
      assertThat(catalogue.find(1)).isEqualTo(catalogue.find(1)).isEqualTo("Tea");
      assertThat(database.reads()).isEqualTo(1);
      catalogue.rename(1, "Green tea");
      assertThat(catalogue.find(1)).isEqualTo("Green tea");
      assertThat(database.reads()).isEqualTo(1);
      CacheManager manager = container.select(CacheManager.class).get();
      assertThat(manager.getCache("products").get(CallKey.of(1L))).isEqualTo("Green tea");
      catalogue.delete(1);
      assertThat(catalogue.find(1)).isNull();
      catalogue.importAll();
      assertThat(manager.getCache("products")).isEmpty();
      assertThat(catalogue.stock(1, Locale.ROOT).toCompletableFuture().join()).isEqualTo(7);
      int reads = database.reads();
      assertThat(catalogue.stock(1, Locale.CHINA).toCompletableFuture().join()).isEqualTo(7);
      assertThat(database.reads()).isEqualTo(reads);
    }
  }
}
