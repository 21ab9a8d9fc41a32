package io.nearside.observe;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Shows to the outside what the caches of a manager do. Thread-safe. */
public interface Metrics extends AutoCloseable {

  /** Shows nothing. */
  Metrics NONE =
      new Metrics() {
        @Override
        public CacheMetrics cache(String name) {
          return CacheMetrics.NONE;
        }

        @Override
        public @Nullable Timers timers() {
          return null;
        }

        @Override
        public void show(PartRecorder node, RemoteFigures remote, DoubleSupplier proofSeconds) {}

        @Override
        public void servers(List<ServerFigures> all) {}

        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void close() {}
      };

  /** Of a cache that is being made. */
  CacheMetrics cache(String name);

  /** Get how long calls of Redis take; null for nobody. */
  @Nullable Timers timers();

  /**
   * Shows the node's part in Redis.
   *
   * @param proofSeconds age of the proof that copies are fresh; not a number if there is none
   */
  void show(PartRecorder node, RemoteFigures remote, DoubleSupplier proofSeconds);

  /** Shows these servers from now on, and no others. */
  void servers(List<ServerFigures> all);

  /** Whether anything is shown. */
  boolean isOn();

  @Override
  void close();

  /** The part of one cache. */
  interface CacheMetrics extends AutoCloseable {
    CacheMetrics NONE =
        new CacheMetrics() {
          @Override
          public @Nullable Timers timers() {
            return null;
          }

          @Override
          public void show(CacheFigures figures) {}

          @Override
          public void close() {}
        };

    /** Get how long its calls take; null for nobody. */
    @Nullable Timers timers();

    /** To be called once. */
    void show(CacheFigures figures);

    @Override
    void close();
  }
}
