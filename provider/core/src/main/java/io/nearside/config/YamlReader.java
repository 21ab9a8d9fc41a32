package io.nearside.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Reads a YAML file into settings. It stays with YAML's nodes and never makes objects of them:
 * nodes know their lines, and a file can't name a class to be made. The table of settings bounds
 * how deep it walks, so that aliases can neither loop nor multiply.
 */
final class YamlReader {
  /** Characters of a file; a configuration of more is a mistake. */
  static final int MAXIMUM_LENGTH = 1 << 20;

  private static final int MAXIMUM_DEPTH = 30;
  private static final int MAXIMUM_ALIASES = 100;
  private static final String UNDEFINED_ALIAS = "found undefined alias";

  private final String fileName;
  private final Placeholders placeholders;
  private final Sections.Builder sections = new Sections.Builder();

  YamlReader(String fileName, Map<String, String> environment) {
    this.fileName = fileName;
    this.placeholders = new Placeholders(environment);
  }

  /** The settings of a file; a file without any is legal. */
  Sections read(String text) {
    Node root = text.isBlank() ? null : compose(text);
    if (root != null && !isEmpty(root)) {
      readTop(mapping(root, "the file", ""));
    }
    return sections.build();
  }

  private @Nullable Node compose(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAXIMUM_LENGTH);
    options.setNestingDepthLimit(MAXIMUM_DEPTH);
    options.setMaxAliasesForCollections(MAXIMUM_ALIASES);
    options.setAllowRecursiveKeys(false);
    try {
      return new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
    } catch (MarkedYAMLException malformed) {
      // Its text quotes the file, where a password may stand: it is no cause to be logged.
      throw new CacheException(
          where(malformed.getProblemMark()) + ": not YAML: " + problem(malformed));
    } catch (ReaderException malformed) {
      long line =
          1 + text.codePoints().limit(malformed.getPosition()).filter(c -> c == '\n').count();
      throw new CacheException(
          fileName + ", line " + line + ": not YAML: special characters are not allowed",
          malformed);
    } catch (YAMLException | NumberFormatException malformed) {
      // A broken escape such as "\\x" leaves the scanner as a NumberFormatException.
      throw new CacheException(fileName + ": not YAML: " + malformed.getMessage(), malformed);
    }
  }

  /** An alias that nobody defined may be a password that begins with a star. */
  private static String problem(MarkedYAMLException malformed) {
    String problem = String.valueOf(malformed.getProblem());
    return problem.startsWith(UNDEFINED_ALIAS)
        ? UNDEFINED_ALIAS + ": put a text that begins with * in quotes"
        : problem;
  }

  private void readTop(MappingNode top) {
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : top.getValue()) {
      String key = key(tuple, seen, "");
      Node value = tuple.getValueNode();
      switch (key) {
        case Schema.DEFAULTS_KEY ->
            readSection(value, new Target(Schema.DEFAULTS.root(), "", key, sections.defaults()));
        case Schema.CACHES_KEY -> readCaches(value);
        default ->
            readKey(tuple, key, new Target(Schema.MANAGER.root(), "", "", sections.manager()));
      }
    }
  }

  private void readCaches(Node node) {
    if (isEmpty(node)) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping(node, Schema.CACHES_KEY, "").getValue()) {
      String name = key(tuple, seen, Schema.CACHES_KEY);
      if (name.isEmpty()) {
        throw place(tuple.getKeyNode(), "").error("caches: a cache's name can't be empty");
      }
      String owner = Place.owner(name);
      readSection(
          tuple.getValueNode(), new Target(Schema.CACHE.root(), "", owner, sections.cache(name)));
    }
  }

  private void readSection(Node node, Target target) {
    if (isEmpty(node)) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping(node, target.subject(), target.owner).getValue()) {
      readKey(tuple, key(tuple, seen, target.owner), target);
    }
  }

  private void readKey(NodeTuple tuple, String key, Target target) {
    Schema.Node schema = target.schema.child(key);
    Place place = place(tuple.getKeyNode(), target.owner);
    if (schema == null) {
      throw place.error(unknown(key, target));
    }
    Node value = tuple.getValueNode();
    Setting setting = schema.setting();
    if (setting != null) {
      setting.requireAvailable(place);
    }
    if (schema.isGroup() && (value instanceof MappingNode || setting == null)) {
      readSection(value, target.into(schema, key));
    } else if (setting != null) {
      Sections.put(target.values, setting, text(value, setting, place), place);
    }
  }

  private static String unknown(String key, Target target) {
    List<String> known = new ArrayList<>(target.schema.paths());
    List<String> legal = new ArrayList<>(target.schema.keys());
    if (target.isTop()) {
      known.addAll(Schema.SECTION_KEYS);
      legal.addAll(Schema.SECTION_KEYS);
    }
    return "unknown key "
        + Texts.quote(target.prefix + key)
        + ", "
        + (known.contains(key) ? "write " + nested(key) : Texts.suggest(key, known, legal));
  }

  /** How a file says what a property says by a path. */
  private static String nested(String path) {
    String[] keys = path.split("\\.");
    return String.join(": { ", keys) + ": …" + " }".repeat(keys.length - 1);
  }

  private @Nullable String text(Node node, Setting setting, Place place) {
    if (setting.kind().isHandedOver()) {
      throw place.error(
          setting.path(),
          "can't stand in a file: hand it over as the property nearside."
              + setting.path()
              + switch (setting) {
                case REDISSON -> ", or name a Redisson YAML by remote.redisson";
                case METER_REGISTRY -> ", or write metrics.registry: global";
                default -> "";
              });
    }
    if ((setting.kind() == Kind.PATTERNS || setting.kind() == Kind.CLASSES)
        && node instanceof SequenceNode list) {
      requireStandardTag(node, place);
      return list.getValue().stream()
          .map(item -> Objects.requireNonNullElse(scalar(item, setting, place), "~"))
          .collect(Collectors.joining(","));
    }
    return scalar(node, setting, place);
  }

  private @Nullable String scalar(Node node, Setting setting, Place place) {
    if (!(node instanceof ScalarNode scalar)) {
      throw place.error(
          setting.path(), "must be a " + setting.kind().label() + ", was a " + shape(node));
    }
    if (setting.isSecret() && !Tag.standardTags.contains(node.getTag())) {
      throw place.error(setting.path(), "begins with a !, which means a tag: put it in quotes");
    }
    requireStandardTag(node, place);
    return isEmpty(node) ? null : placeholders.replace(scalar.getValue(), setting, place);
  }

  private MappingNode mapping(Node node, String subject, String owner) {
    if (!(node instanceof MappingNode mapping)) {
      throw place(node, owner.equals(subject) ? "" : owner)
          .error(subject, "must be a mapping of settings, was " + describe(node));
    }
    requireStandardTag(node, place(node, owner));
    return mapping;
  }

  private String key(NodeTuple tuple, Set<String> seen, String owner) {
    Node node = tuple.getKeyNode();
    if (!(node instanceof ScalarNode scalar)) {
      throw place(node, owner).error("a key must be a text, was a " + shape(node));
    }
    requireStandardTag(node, place(node, owner));
    if (!seen.add(scalar.getValue())) {
      throw place(node, owner).error("duplicate key " + Texts.quote(scalar.getValue()));
    }
    return scalar.getValue();
  }

  /** Tags ask a YAML reader to make objects of a class; a configuration has no use for them. */
  private static void requireStandardTag(Node node, Place place) {
    if (!Tag.standardTags.contains(node.getTag())) {
      throw place.error(
          "tags are not supported: take out " + Texts.quote(node.getTag().getValue()));
    }
  }

  private static boolean isEmpty(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String describe(Node node) {
    return node instanceof ScalarNode scalar ? Texts.quote(scalar.getValue()) : "a " + shape(node);
  }

  private static String shape(Node node) {
    return switch (node.getNodeId()) {
      case mapping -> "mapping";
      case sequence -> "list";
      default -> "text";
    };
  }

  private Place place(Node node, String owner) {
    return new Place(where(node.getStartMark()), owner);
  }

  private String where(@Nullable Mark mark) {
    return mark == null ? fileName : fileName + ", line " + (mark.getLine() + 1);
  }

  /** Where in the table of settings the walk is, and where it puts what it reads. */
  private record Target(
      Schema.Node schema, String prefix, String owner, Map<Setting, Layer.Assigned> values) {

    Target into(Schema.Node child, String key) {
      return new Target(child, prefix + key + ".", owner, values);
    }

    boolean isTop() {
      return owner.isEmpty() && prefix.isEmpty();
    }

    String subject() {
      return prefix.isEmpty() ? owner : prefix.substring(0, prefix.length() - 1);
    }
  }
}
