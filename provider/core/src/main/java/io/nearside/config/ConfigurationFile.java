package io.nearside.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import javax.cache.CacheException;

/**
 * What a manager's URI leads to.
 *
 * @param name for messages
 * @param text the YAML
 */
record ConfigurationFile(String name, String text) {
  private static final String DEFAULT_FILE = "nearside.yaml";
  private static final ConfigurationFile NONE = new ConfigurationFile(DEFAULT_FILE, "");
  private static final String FORMS =
      "; legal are nearside:default, classpath:<path>, file:<path>, jar:file:<path>!/<path> and"
          + " redis://host:port";

  /** Reads the file; the default URI is content without one, and those of a Redis have none. */
  static ConfigurationFile open(URI uri, ClassLoader loader) {
    if (uri.getRawFragment() != null) {
      throw refused(uri, "a fragment (#…) means nothing here" + FORMS);
    }
    if (ManagerUri.isRedis(uri)) {
      return NONE;
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "nearside" -> openDefault(uri, loader);
      case "classpath" -> openResource(uri, loader);
      case "file" -> openFile(uri);
      case "jar" -> openJar(uri);
      case "http", "https" ->
          throw refused(uri, "configuration is not fetched over the network" + FORMS);
      default -> throw refused(uri, "unknown form" + FORMS);
    };
  }

  private static ConfigurationFile openDefault(URI uri, ClassLoader loader) {
    String[] parts = uri.getRawSchemeSpecificPart().split("\\?", 2);
    if (!uri.isOpaque() || !parts[0].equals("default")) {
      throw refused(uri, "unknown name after nearside:" + FORMS);
    }
    if (parts.length == 2) {
      checkParameters(uri, parts[1]);
    }
    URL resource = loader.getResource(DEFAULT_FILE);
    return resource == null
        ? NONE
        : new ConfigurationFile(DEFAULT_FILE, read(DEFAULT_FILE, resource));
  }

  /** Names, never values, go into messages: a value may be a password in the wrong place. */
  private static void checkParameters(URI uri, String query) {
    for (String parameter : query.split("&", -1)) {
      String name = parameter.split("=", 2)[0];
      if (!name.equals("instance") || parameter.length() <= "instance=".length()) {
        throw refused(
            uri, "unknown parameter " + Texts.quote(name) + "; legal is instance=<any text>");
      }
    }
  }

  private static ConfigurationFile openResource(URI uri, ClassLoader loader) {
    refuseQuery(uri);
    String name = "classpath:" + resourcePath(uri);
    return new ConfigurationFile(name, read(name, resource(uri, loader)));
  }

  private static URL resource(URI uri, ClassLoader loader) {
    String path = resourcePath(uri);
    URL resource = path.isEmpty() ? null : loader.getResource(path);
    if (resource == null) {
      throw refused(uri, "not found by the manager's class loader");
    }
    return resource;
  }

  private static String resourcePath(URI uri) {
    return uri.getSchemeSpecificPart().replaceFirst("^/+", "");
  }

  private static ConfigurationFile openFile(URI uri) {
    refuseQuery(uri);
    Path path = filePath(uri);
    String name = String.valueOf(path.getFileName());
    try (InputStream stream = Files.newInputStream(path)) {
      return new ConfigurationFile(name, text(name, stream));
    } catch (NoSuchFileException missing) {
      throw new CacheException("URI " + shown(uri) + ": no such file", missing);
    } catch (IOException unreadable) {
      throw new CacheException("URI " + shown(uri) + ": can't be read: " + unreadable, unreadable);
    }
  }

  /**
   * Where a {@code file:} or {@code classpath:} URI leads to, as a URL.
   *
   * @throws CacheException if there is nothing
   */
  static String locate(URI uri, ClassLoader loader) {
    refuseQuery(uri);
    if ("classpath".equals(uri.getScheme())) {
      return resource(uri, loader).toString();
    }
    Path path = filePath(uri);
    if (!Files.isReadable(path)) {
      throw refused(uri, "no such file, or not readable");
    }
    return path.toUri().toString();
  }

  private static Path filePath(URI uri) {
    try {
      return uri.isOpaque() ? Path.of(uri.getSchemeSpecificPart()) : Path.of(uri);
    } catch (IllegalArgumentException malformed) {
      throw refused(uri, "not a path of a local file: " + malformed.getMessage());
    }
  }

  /** The inner URL may name any protocol: the network is refused here as it is without a jar. */
  private static ConfigurationFile openJar(URI uri) {
    String inner = uri.getRawSchemeSpecificPart();
    if (!inner.contains("!/") || !inner.matches("(?:file|nested|jar:file|jar:nested):[\\s\\S]*")) {
      throw refused(uri, "not a file within a local jar" + FORMS);
    }
    String name = inner.substring(inner.lastIndexOf("!/") + 2);
    try {
      return new ConfigurationFile(name, read(name, uri.toURL()));
    } catch (IOException | IllegalArgumentException malformed) {
      throw refused(uri, "not a file within a local jar: " + malformed.getMessage());
    }
  }

  private static void refuseQuery(URI uri) {
    if (uri.getRawSchemeSpecificPart().indexOf('?') >= 0) {
      throw refused(uri, "parameters (?…) are legal after nearside:default only");
    }
  }

  private static String read(String name, URL resource) {
    try {
      URLConnection connection = resource.openConnection();
      // A cached jar stays open, and locked on some systems, after the manager is closed.
      connection.setUseCaches(false);
      try (InputStream stream = connection.getInputStream()) {
        return text(name, stream);
      }
    } catch (FileNotFoundException missing) {
      throw new CacheException(name + ": no such file", missing);
    } catch (IOException unreadable) {
      throw new CacheException(name + ": can't be read: " + unreadable, unreadable);
    }
  }

  private static String text(String name, InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(YamlReader.MAXIMUM_LENGTH + 1);
    if (bytes.length > YamlReader.MAXIMUM_LENGTH) {
      throw new CacheException(name + ": larger than 1 MiB, which no configuration is");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      throw new CacheException(name + ": not UTF-8: save it in that encoding", malformed);
    }
  }

  private static CacheException refused(URI uri, String why) {
    return new CacheException("URI " + shown(uri) + ": " + why);
  }

  /** The URI without what could be a password: user information and the values of parameters. */
  static String shown(URI uri) {
    String text = uri.toString();
    int at = text.lastIndexOf('@');
    String open = at < 0 ? text : uri.getScheme() + ":***" + text.substring(at);
    int query = open.indexOf('?');
    return Texts.quote(query < 0 ? open : open.substring(0, query) + "?…");
  }
}
