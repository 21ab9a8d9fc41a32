package io.nearside.benchmarks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A command line of {@code --name value} pairs. */
final class Options {
  private final Map<String, @Nullable String> values;

  private Options(Map<String, @Nullable String> values) {
    this.values = values;
  }

  /**
   * Reads a command line.
   *
   * @param defaults every option that there is, with its value when it is not given, or null
   * @throws IllegalArgumentException if an option is unknown or has no value
   */
  static Options parse(List<String> arguments, Map<String, @Nullable String> defaults) {
    Map<String, @Nullable String> values = new TreeMap<>(defaults);
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      if (!defaults.containsKey(option)) {
        throw new IllegalArgumentException(
            "unknown option " + option + "; there are " + new TreeMap<>(defaults));
      }
      if (!rest.hasNext()) {
        throw new IllegalArgumentException("option " + option + " needs a value");
      }
      values.put(option, rest.next());
    }
    return new Options(values);
  }

  @Nullable String find(String option) {
    return values.get(option);
  }

  /**
   * The value of an option.
   *
   * @throws IllegalArgumentException if it is not given and has no default
   */
  String text(String option) {
    String value = values.get(option);
    if (value == null) {
      throw new IllegalArgumentException("option " + option + " is missing");
    }
    return value;
  }

  /** A whole number, 0 or more. */
  int number(String option) {
    return numbers(option).get(0);
  }

  /** Whole numbers with commas in between, each 0 or more. */
  List<Integer> numbers(String option) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : text(option).split(",", -1)) {
      if (!part.strip().matches("\\d{1,9}")) {
        throw new IllegalArgumentException(
            "option " + option + " must be a whole number, was " + part);
      }
      numbers.add(Integer.parseInt(part.strip()));
    }
    return numbers;
  }
}
