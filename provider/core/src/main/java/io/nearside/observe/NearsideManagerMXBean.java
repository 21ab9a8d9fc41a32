package io.nearside.observe;

import java.util.List;
import java.util.Map;

/** A cache manager as a whole; {@code io.nearside:type=NearsideManager,CacheManager=...}. */
public interface NearsideManagerMXBean {

  /** {@code UP} or {@code DEGRADED}, as {@link io.nearside.NearsideHealth.Status} says. */
  String getStatus();

  /** What does not work as usual, a line for each. */
  List<String> getProblems();

  /** The {@linkplain io.nearside.Operations.Mode mode} of each open cache. */
  Map<String, String> getModes();

  /** The settings that can change while the caches run, as cache and name: what holds, and why. */
  Map<String, String> getSettings();

  /**
   * Changes a setting of one cache, or of all that have it.
   *
   * @param cache its name; {@code *} for all
   * @param setting its name in a file, such as {@code timeToLive}
   * @param value as in a file; empty takes the order back
   * @param allNodes whether for all nodes of the namespace, else for this one
   * @param by who wants it
   */
  void set(String cache, String setting, String value, boolean allNodes, String by);

  /** What operators ordered last, a line for each. */
  List<String> getOrders();

  /**
   * Switches one cache, or all of them.
   *
   * @param cache its name; {@code *} for all
   * @param mode {@code NORMAL}, {@code REMOTE_ONLY}, {@code BYPASS} or {@code READ_ONLY}; empty
   *     takes the order back
   * @param allNodes whether for all nodes of the namespace, else for this one
   * @param by who wants it
   */
  void switchTo(String cache, String mode, boolean allNodes, String by);
}
