package io.nearside.observe;

import org.jspecify.annotations.Nullable;

/**
 * What the parts of a cache, or of a node, tell of what they do; whoever wants to know (JMX,
 * meters, spans, the log) gets it from there. Thread-safe; costs next to nothing while nobody does.
 */
public interface Recorder {

  /** Forgets everything. */
  Recorder NONE =
      new Recorder() {
        @Override
        public @Nullable Running begin(Step step, String what) {
          return null;
        }

        @Override
        public void add(Count what, long number) {}

        @Override
        public Runnable carried(Runnable task) {
          return task;
        }
      };

  /**
   * A step begins, in the thread that does it.
   *
   * @param what one of a few names, never a key
   * @return to be told when it ends; null if nobody wants to know of this one
   */
  @Nullable Running begin(Step step, String what);

  /** Something happened so many times. */
  void add(Count what, long number);

  /** A task whose steps, in another thread, belong to what this thread does now. */
  Runnable carried(Runnable task);
}
