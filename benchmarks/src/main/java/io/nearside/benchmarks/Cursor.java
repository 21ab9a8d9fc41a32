package io.nearside.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Where one caller stands in the sequence of requests. */
@State(Scope.Thread)
public class Cursor {
  private static final int STRIDE = 7_919;

  private int position;

  /** Callers start apart, so that they do not walk the same keys in step. */
  @Setup
  public void start(ThreadParams threads) {
    position = threads.getThreadIndex() * STRIDE;
  }

  int next() {
    return ++position;
  }

  int position() {
    return position;
  }
}
