package io.nearside.store.remote;

import io.nearside.store.Clock;
import java.util.random.RandomGenerator;

/**
 * What all links of a bus share.
 *
 * @param channelPrefix what names of channels begin with; as {@link Wire} names them for scripts
 * @param namespace escaped
 * @param tags names for the slots of a cluster; not used outside of one
 * @param pauseMillis the least time between two beats of a master
 * @param timeoutMillis how long a call may take
 */
record BusSettings(
    String channelPrefix,
    String namespace,
    boolean clustered,
    SlotTags tags,
    long pauseMillis,
    long timeoutMillis,
    Clock clock,
    RandomGenerator random) {

  /** Of a node of a cluster; outside of one the prefix is the name. */
  String channel(String node) {
    return channelPrefix + node;
  }

  /** The key of a master's beats, in one of its slots; named by the node, since slots move. */
  String beatKey(int slot, String node) {
    return clustered ? tags.tag(slot) + "!b:" + namespace + ':' + node : '{' + namespace + "}!b";
  }
}
