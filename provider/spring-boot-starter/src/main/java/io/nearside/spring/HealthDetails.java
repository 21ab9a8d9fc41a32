package io.nearside.spring;

import io.nearside.NearsideHealth;
import io.nearside.NearsideManager;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the actuator shows. */
final class HealthDetails {
  private HealthDetails() {}

  static Map<String, Object> of(NearsideManager manager) {
    NearsideHealth health = manager.health();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("caches", health.status().name().toLowerCase(Locale.ROOT));
    if (!health.problems().isEmpty()) {
      details.put("problems", health.lines());
    }
    return details;
  }
}
