package io.nearside.samples.quarkus;

import io.nearside.pages.SamplePage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class DocumentationTest {

  @Test
  void thePageShowsTheFilesThatAreTested() throws Exception {
    SamplePage.of("quarkus.md")
        .shows("properties", "resources/application.properties")
        .showsFrom("@ApplicationScoped", "java", "java/io/nearside/samples/quarkus/Products.java")
        .showsFrom("@Path", "java", "java/io/nearside/samples/quarkus/CacheResource.java");
  }
}
