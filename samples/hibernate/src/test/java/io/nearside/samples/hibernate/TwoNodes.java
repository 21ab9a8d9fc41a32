package io.nearside.samples.hibernate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Nodes in one JVM, each with a cache manager of its own by the sample's own file. */
final class TwoNodes {
  private TwoNodes() {}

  /**
   * @param directory for the file of the node's manager
   * @param name of the node; each name makes another manager
   */
  static Shop open(Path directory, String name, Servers servers, String shop) {
    return open(directory, name, servers, shop, "remote");
  }

  /**
   * @param topology of the products
   */
  static Shop open(Path directory, String name, Servers servers, String shop, String topology) {
    Path file = directory.resolve(name + ".yaml");
    try (InputStream in = TwoNodes.class.getResourceAsStream("/nearside.yaml")) {
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(
          file,
          yaml.replace("namespace: shop", "namespace: " + shop)
              .replace(
                  "\"*.Product*\": { topology: remote", "\"*.Product*\": { topology: " + topology)
              .replace("timeout: 1s", "timeout: 5s, address: \"" + servers.redis() + "\""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Shop.open(
        servers.database(shop), Map.of("hibernate.javax.cache.uri", file.toUri().toString()));
  }
}
