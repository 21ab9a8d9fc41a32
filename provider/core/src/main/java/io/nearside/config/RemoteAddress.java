package io.nearside.config;

import io.nearside.config.RemoteSettings.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, as text: {@code redis://host:port/db}, {@code
 * redis+sentinel://host:port,…/master} or {@code redis+cluster://host:port,…}, each with {@code
 * rediss} for TLS.
 *
 * @param servers each as {@code redis://host:port} or {@code rediss://host:port}
 * @param masterName of a sentinel only
 */
record RemoteAddress(Mode mode, List<String> servers, @Nullable String masterName, int database) {
  private static final Pattern SHAPE =
      Pattern.compile("(?i)(rediss?)(\\+sentinel|\\+cluster)?://([^/?#]*)(?:/([^?#]*))?");
  private static final Pattern SERVER =
      Pattern.compile("([A-Za-z0-9_.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::(\\d{1,5}))?");
  private static final Pattern MASTER = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
  private static final Pattern DATABASE = Pattern.compile("\\d{1,4}");
  private static final String LOOPBACK =
      "rediss?://(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1]):\\d+";

  private static final String FORMS =
      "must be redis://host:port[/db], redis+sentinel://host:port,…/master or"
          + " redis+cluster://host:port,… (with TLS: rediss)";

  RemoteAddress {
    servers = List.copyOf(servers);
  }

  /**
   * Reads an address; the port is 6379 unless given, 26379 of a sentinel.
   *
   * @throws IllegalArgumentException in words that follow the setting's name, without what could be
   *     a password
   */
  static RemoteAddress parse(String text) {
    if (text.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "must be without user and password, which would show in names and logs: take them out"
              + " (they belong into remote.username and NEARSIDE_REMOTE_PASSWORD)");
    }
    if (text.indexOf('?') >= 0) {
      throw new IllegalArgumentException(
          "must be without parameters (?…), which are legal in a manager's URI only: take them out");
    }
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(FORMS + ", was " + Texts.quote(text));
    }
    Mode mode = mode(matcher.group(2));
    String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
    List<String> servers = servers(scheme, mode, matcher.group(3));
    String path = matcher.group(4) == null ? "" : matcher.group(4);
    return switch (mode) {
      case SINGLE -> new RemoteAddress(mode, servers, null, database(path));
      case SENTINEL -> ofSentinel(servers, path);
      case CLUSTER -> ofCluster(servers, path);
    };
  }

  private static Mode mode(@Nullable String suffix) {
    if (suffix == null) {
      return Mode.SINGLE;
    }
    return suffix.equalsIgnoreCase("+cluster") ? Mode.CLUSTER : Mode.SENTINEL;
  }

  private static List<String> servers(String scheme, Mode mode, String hosts) {
    List<String> servers = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      servers.add(scheme + "://" + server(host, mode == Mode.SENTINEL ? 26_379 : 6_379));
    }
    if (mode == Mode.SINGLE && servers.size() > 1) {
      throw new IllegalArgumentException(
          "must name one server: for several write redis+cluster:// or redis+sentinel://…/master"
              + " (replicas without sentinels: remote.redisson), was "
              + Texts.quote(hosts));
    }
    return servers;
  }

  private static String server(String host, int defaultPort) {
    Matcher matcher = SERVER.matcher(host);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must name servers as host:port, was " + Texts.quote(host));
    }
    int port = matcher.group(2) == null ? defaultPort : Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("must have ports from 1 to 65535, was " + port);
    }
    return matcher.group(1).toLowerCase(Locale.ROOT) + ":" + port;
  }

  private static int database(String path) {
    if (path.isEmpty()) {
      return 0;
    }
    if (!DATABASE.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "must end in /<number of a database>, from 0 to 9999, was " + Texts.quote("/" + path));
    }
    return Integer.parseInt(path);
  }

  private static RemoteAddress ofSentinel(List<String> sentinels, String path) {
    String[] parts = path.split("/", 2);
    if (!MASTER.matcher(parts[0]).matches()) {
      throw new IllegalArgumentException(
          "must name the sentinels' master: redis+sentinel://host:port,…/master[/db], was "
              + Texts.quote("/" + path));
    }
    int database = parts.length == 1 ? 0 : database(parts[1]);
    return new RemoteAddress(Mode.SENTINEL, sentinels, parts[0], database);
  }

  private static RemoteAddress ofCluster(List<String> servers, String path) {
    if (!path.isEmpty() && !path.equals("0")) {
      throw new IllegalArgumentException(
          "must be without a database, as a cluster has one only: take out "
              + Texts.quote("/" + path));
    }
    return new RemoteAddress(Mode.CLUSTER, servers, null, 0);
  }

  boolean isTls() {
    return servers.get(0).startsWith("rediss:");
  }

  boolean isLoopback() {
    return servers.stream().allMatch(server -> server.matches(LOOPBACK));
  }

  /** As it is written. */
  @Override
  public String toString() {
    String scheme = isTls() ? "rediss" : "redis";
    List<String> hosts =
        servers.stream().map(server -> server.substring(scheme.length() + 3)).toList();
    String form = mode == Mode.SINGLE ? "" : "+" + Choice.name(mode);
    return scheme
        + form
        + "://"
        + String.join(",", hosts)
        + (masterName == null ? "" : "/" + masterName)
        + (database == 0 ? "" : "/" + database);
  }
}
