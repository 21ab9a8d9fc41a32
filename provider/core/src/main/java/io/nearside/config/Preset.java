package io.nearside.config;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Named sets of settings for common kinds of data; single settings override them. */
enum Preset {
  SESSION("session", Setting.SLIDING, "30m"),
  CART("cart", Setting.TIME_TO_LIVE, "5m"),
  USER_PROFILE("user-profile", Setting.TIME_TO_LIVE, "1h"),
  SEARCH("search", Setting.TIME_TO_LIVE, "10m"),
  CATALOG("catalog", Setting.TIME_TO_LIVE, "4h"),
  REFERENCE_LIST("reference-list", Setting.TIME_TO_LIVE, "12h"),
  CONFIG("config", Setting.TIME_TO_LIVE, "24h"),
  REFERENCE("reference", Setting.TIME_TO_LIVE, "7d"),
  STATIC("static", Setting.TIME_TO_LIVE, "30d"),
  API_RESPONSE("api-response", Setting.TIME_TO_LIVE, "10m"),
  LIVE("live", Setting.TIME_TO_LIVE, "30s"),
  IMMUTABLE("immutable", Setting.ETERNAL, "true"),
  /**
   * For prices, permissions and authentication: always asks Redis, and fails while Redis is away.
   * What is for all caches makes none of these answer with what is not so any more.
   */
  STRICT(
      "strict",
      List.of(new Said(Setting.TOPOLOGY, "remote"), new Said(Setting.DEGRADED_MODE, "fail-fast")),
      Set.of(
          Setting.STALE_IF_ERROR,
          Setting.LOAD_SOFT_TIMEOUT,
          Setting.NOT_FOUND_TIME_TO_LIVE,
          Setting.NOT_FOUND_MAXIMUM_SIZE,
          Setting.NOT_FOUND_EXCEPTIONS));

  private final String id;
  private final List<Said> all;
  private final Set<Setting> notShared;

  /** A setting, and its value as in a file. */
  private record Said(Setting setting, String value) {}

  Preset(String id, Setting setting, String value) {
    this(id, List.of(new Said(setting, value)), Set.of());
  }

  Preset(String id, List<Said> all, Set<Setting> notShared) {
    this.id = id;
    this.all = all;
    this.notShared = notShared;
  }

  String id() {
    return id;
  }

  /** What makes the preset, each in the words of a file: {@code timeToLive: 1h}. */
  List<String> summary() {
    return all.stream().map(one -> one.setting.path() + ": " + one.value).toList();
  }

  Layer layer(Place place) {
    Place named = new Place(place.where(), place.owner() + " (preset " + id + ")");
    Map<Setting, Layer.Assigned> values = new EnumMap<>(Setting.class);
    all.forEach(one -> {
      Object value = one.setting.check(one.setting.kind().read(one.value));
      values.put(one.setting, new Layer.Assigned(value, named));
    });
    return new Layer(values);
  }

  /** What a cache with this preset takes of {@code defaults}. */
  Layer heeded(Layer defaults) {
    return defaults.without(notShared);
  }

  static Preset parse(String text) {
    return Arrays.stream(values())
        .filter(preset -> preset.id.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(unknown(text)));
  }

  private static String unknown(String text) {
    var known = Arrays.stream(values()).map(Preset::id).toList();
    return "names no preset: was " + Texts.quote(text) + ", " + Texts.suggest(text, known, known);
  }
}
