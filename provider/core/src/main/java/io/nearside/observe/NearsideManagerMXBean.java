package io.nearside.observe;

import java.util.List;

/** A cache manager as a whole; {@code javax.cache:type=NearsideManager,CacheManager=...}. */
public interface NearsideManagerMXBean {

  /** {@code UP} or {@code DEGRADED}, as {@link io.nearside.NearsideHealth.Status} says. */
  String getStatus();

  /** What does not work as usual, a line for each. */
  List<String> getProblems();
}
