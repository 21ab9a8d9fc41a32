package io.nearside.config;

/** Whether this version honours a setting; what it can't honour it refuses. */
enum Availability {
  NOW(""),
  LATER("is not available in this version");

  private final String reason;

  Availability(String reason) {
    this.reason = reason;
  }

  /** In words that follow the setting's name. */
  String reason() {
    return reason;
  }
}
