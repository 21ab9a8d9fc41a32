package io.nearside.samples.micronaut;

import io.nearside.pages.SamplePage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class DocumentationTest {

  @Test
  void thePageShowsTheFilesThatAreTested() throws Exception {
    SamplePage.of("micronaut.md")
        .shows("yaml", "resources/application.yml")
        .showsFrom("@Singleton", "java", "java/io/nearside/samples/micronaut/Products.java")
        .showsFrom(
            "@Controller", "java", "java/io/nearside/samples/micronaut/LaterController.java");
  }
}
