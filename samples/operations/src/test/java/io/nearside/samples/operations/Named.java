package io.nearside.samples.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The metrics that the rules and the dashboard ask for. */
final class Named {
  static final Path RULES = Path.of("src/main/prometheus/nearside-rules.yaml");
  static final Path RULE_TESTS = Path.of("src/test/prometheus/nearside-rules-test.yaml");
  static final Path DASHBOARD = Path.of("src/main/grafana/nearside-dashboard.json");

  private static final Pattern METRIC = Pattern.compile("\\b(?:cache|nearside)_[a-z0-9_]+");

  /** What is in quotes or braces are labels and their values. */
  private static final Pattern LABELS = Pattern.compile("\\{[^}]*}|\"[^\"]*\"");

  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|without|ignoring|group_left)\\s*\\([^)]*\\)");

  private Named() {}

  /** The rules in order, each with what it says. */
  static List<Map<String, Object>> rules() throws IOException {
    Map<String, List<Map<String, Object>>> file = new Yaml().load(Files.readString(RULES));
    return groups(file).flatMap(group -> rules(group).stream()).toList();
  }

  private static Stream<Map<String, Object>> groups(Map<String, List<Map<String, Object>>> file) {
    return file.getOrDefault("groups", List.of()).stream();
  }

  @SuppressWarnings("unchecked") // as the file is
  private static List<Map<String, Object>> rules(Map<String, Object> group) {
    return (List<Map<String, Object>>) group.get("rules");
  }

  /** Metrics of the program; those that the rules record are left out. */
  static Set<String> byRules() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Map<String, Object> rule : rules()) {
      names.addAll(in(String.valueOf(rule.get("expr"))));
    }
    return names;
  }

  static Set<String> byDashboard() throws IOException {
    Set<String> names = new TreeSet<>();
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    for (JsonNode expression : dashboard.findValues("expr")) {
      names.addAll(in(expression.asText()));
    }
    for (JsonNode query : dashboard.findValues("query")) {
      names.addAll(in(query.asText()));
    }
    return names;
  }

  private static Set<String> in(String expression) {
    String bare = LABELS.matcher(expression).replaceAll(" ");
    bare = GROUPING.matcher(bare).replaceAll(" ");
    bare = bare.replaceAll("\\b(?:cache|job):[A-Za-z0-9_:]+", " "); // what is recorded
    Set<String> names = new HashSet<>();
    Matcher metric = METRIC.matcher(bare);
    while (metric.find()) {
      names.add(metric.group());
    }
    return names;
  }
}
