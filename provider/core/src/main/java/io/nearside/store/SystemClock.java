package io.nearside.store;

/** Monotonic time of this machine, counted from one second before it was first asked for. */
enum SystemClock implements Clock {
  INSTANCE;

  /** Keeps readings positive, so that expiry times compare with a plain {@code <}. */
  private static final long ORIGIN = System.nanoTime() - 1_000_000_000L;

  @Override
  public long nanos() {
    return System.nanoTime() - ORIGIN;
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }
}
