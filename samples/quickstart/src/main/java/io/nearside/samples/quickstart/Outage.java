package io.nearside.samples.quickstart;

import java.time.Duration;

/**
 * That Redis was away.
 *
 * @param time from its end to its start
 * @param recovery from then until copies answered in all nodes again
 */
record Outage(Duration time, Duration recovery) {}
