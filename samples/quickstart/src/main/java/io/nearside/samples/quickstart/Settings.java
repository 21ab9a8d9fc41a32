package io.nearside.samples.quickstart;

import java.io.Serializable;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param products rows in the table
 * @param threads of each node
 * @param reads the least number of reads, of all nodes together
 * @param seconds the least duration of the traffic
 * @param outage how many seconds Redis is away; 0 for never
 * @param corrupt whether one cached value is altered
 * @param local whether the cache lives in this JVM only
 * @param uri the cache manager's; null for the provider's default
 */
record Settings(
    int products,
    int threads,
    int seconds,
    long reads,
    int outage,
    long seed,
    boolean corrupt,
    boolean local,
    @Nullable URI uri)
    implements Serializable {

  /** The product that most want. */
  static final long BESTSELLER = 1;

  private static final long NONE = 0;

  /** A product that nobody changes, so that it stays altered; 0 for none. */
  long spared() {
    return corrupt ? BESTSELLER : NONE;
  }
}
