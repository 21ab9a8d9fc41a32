package io.nearside.store.remote;

import org.jspecify.annotations.Nullable;

/**
 * Where scripts say what they have done.
 *
 * @param announcements what the channel for announcements begins with, one for each master; null:
 *     nothing is announced
 * @param events the channel for whole events, for listeners on other nodes; null: none
 * @param origin the node that speaks, so that it knows its own events
 */
record Channels(@Nullable String announcements, @Nullable String events, long origin) {
  static final Channels NONE = new Channels(null, null, 0);

  /**
   * @param namespace escaped as in keys
   * @param events see there
   */
  static Channels of(String namespace, @Nullable String events, long origin) {
    return new Channels("nearside:" + namespace + ':', events, origin);
  }

  /**
   * The channel for announcements as scripts want it: the name of the master's node follows a colon
   * at its end, else it is whole. Empty if nothing is announced.
   */
  String announcements(boolean clustered) {
    return (announcements == null) ? "" : clustered ? announcements : announcements + "single";
  }

  /** What the names of all channels of a namespace begin with. */
  static String start(String namespace) {
    return "nearside:" + Layout.escaped(namespace) + ':';
  }

  /**
   * The channel for whole events of a cache.
   *
   * @param schemaVersion of its values: nodes with another version can't read them
   */
  static String events(String namespace, String cache, int schemaVersion) {
    return start(namespace) + "events:" + Layout.escaped(cache) + ":v" + schemaVersion;
  }
}
