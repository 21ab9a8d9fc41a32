package io.nearside.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import javax.cache.configuration.MutableConfiguration;

/** A configuration from texts, without the ambient environment. */
final class Given {
  static final String FILE = "nearside.yaml";

  private final String yaml;
  final Properties properties = new Properties();
  final Properties systemProperties = new Properties();
  final Map<String, String> environment = new HashMap<>();
  final List<String> warnings = new ArrayList<>();
  private Sections uri = Sections.EMPTY;
  private long heapBytes = Long.MAX_VALUE;

  private Given(String yaml) {
    this.yaml = yaml;
  }

  static Given file(String... lines) {
    return new Given(String.join("\n", lines));
  }

  static Given nothing() {
    return new Given("");
  }

  /** A manager on the Redis of its URI, which reads no file. */
  static Given uri(String uri) {
    Given given = new Given("");
    given.uri = ManagerUri.read(URI.create(uri));
    return given;
  }

  Given property(String name, Object value) {
    properties.put(name, value);
    return this;
  }

  Given systemProperty(String name, String value) {
    systemProperties.put(name, value);
    return this;
  }

  Given variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Given heapBytes(long bytes) {
    heapBytes = bytes;
    return this;
  }

  ManagerConfiguration load() {
    return new ManagerConfiguration(
        uri,
        new ConfigurationFile(FILE, yaml),
        Given.class.getClassLoader(),
        properties,
        ambient());
  }

  ManagerConfiguration.Ambient ambient() {
    return new ManagerConfiguration.Ambient(
        environment, systemProperties, warnings::add, heapBytes);
  }

  /** The remote, which must have been given. */
  RemoteSettings remote() {
    return Objects.requireNonNull(load().remote());
  }

  /** The address of the remote. */
  RemoteSettings.Address address() {
    return (RemoteSettings.Address) remote().endpoint();
  }

  /** What a bare configuration becomes. */
  CacheSettings<Object, Object> bare(String cacheName) {
    return load().resolve(cacheName, new MutableConfiguration<>());
  }

  CacheSettings<Long, String> code(NearsideConfigurationBuilder<Long, String> code) {
    return load().resolve("products", code.build());
  }
}
