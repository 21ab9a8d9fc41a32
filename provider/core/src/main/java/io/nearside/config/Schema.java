package io.nearside.config;

import io.nearside.config.Setting.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of settings, ordered as the places see it where settings may stand. */
final class Schema {
  /** The top of a file. */
  static final Schema MANAGER = new Schema(EnumSet.of(Scope.MANAGER));

  /** What holds for every cache that does not say otherwise. */
  static final Schema DEFAULTS = new Schema(EnumSet.of(Scope.ANY_CACHE));

  /** One cache, or a template for several. */
  static final Schema CACHE = new Schema(EnumSet.of(Scope.ANY_CACHE, Scope.NAMED_CACHE));

  /** The key of the settings for all caches. */
  static final String DEFAULTS_KEY = "defaults";

  /** The key of the caches, by name or pattern. */
  static final String CACHES_KEY = "caches";

  /** What may stand at the top of a file beside the manager's settings. */
  static final List<String> SECTION_KEYS = List.of(DEFAULTS_KEY, CACHES_KEY);

  private final Map<String, Setting> byPath = new LinkedHashMap<>();
  private final Node root = new Node();

  private Schema(Set<Scope> scopes) {
    Arrays.stream(Setting.values()).filter(s -> scopes.contains(s.scope())).forEach(this::add);
  }

  private void add(Setting setting) {
    byPath.put(setting.path(), setting);
    root.at(setting.path()).setting = setting;
    if (!setting.shorthand().equals(setting.path())) {
      byPath.put(setting.shorthand(), setting);
      root.at(setting.shorthand()).setting = setting;
    }
  }

  /** The setting of that name, shorthands included. */
  @Nullable Setting find(String path) {
    return byPath.get(path);
  }

  /** The setting of a name that is known. */
  Setting get(String path) {
    return Objects.requireNonNull(byPath.get(path), path);
  }

  /** Every legal name, shorthands included. */
  Collection<String> paths() {
    return byPath.keySet();
  }

  Node root() {
    return root;
  }

  /** One key of a file: a setting, a group of settings, or both ({@code jitter}). */
  static final class Node {
    private final Map<String, Node> children = new LinkedHashMap<>();
    private @Nullable Setting setting;

    private Node at(String path) {
      Node node = this;
      for (String key : path.split("\\.", -1)) {
        node = node.children.computeIfAbsent(key, unused -> new Node());
      }
      return node;
    }

    @Nullable Node child(String key) {
      return children.get(key);
    }

    @Nullable Setting setting() {
      return setting;
    }

    boolean isGroup() {
      return !children.isEmpty();
    }

    Collection<String> keys() {
      return children.keySet();
    }

    /** Every setting beneath, relative to this node: also {@code local.maximumSize}. */
    Collection<String> paths() {
      List<String> paths = new ArrayList<>();
      children.forEach((key, child) -> {
        paths.add(key);
        child.paths().forEach(path -> paths.add(key + "." + path));
      });
      return paths;
    }
  }
}
