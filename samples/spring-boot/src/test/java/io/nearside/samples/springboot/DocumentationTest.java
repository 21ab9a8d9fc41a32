package io.nearside.samples.springboot;

import io.nearside.pages.SamplePage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-jdk")
class DocumentationTest {

  @Test
  void thePageShowsTheFilesThatAreTested() throws Exception {
    SamplePage.of("spring-boot.md")
        .shows("yaml", "resources/application.yaml")
        .showsFrom(
            "@SpringBootApplication",
            "java",
            "java/io/nearside/samples/springboot/ShopApplication.java")
        .showsFrom("@Service", "java", "java/io/nearside/samples/springboot/Products.java");
  }
}
