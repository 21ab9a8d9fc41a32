package io.nearside.observe;

import java.util.concurrent.CompletionException;

/**
 * What is to be told of exceptions. Logs don't say the messages of those of loaders, writers and
 * listeners, which may hold keys and values.
 */
public final class Thrown {
  private static final int MAX_CAUSES = 16;

  private Thrown() {}

  /** What a stage failed with, without what the next ones wrap around it. */
  public static Throwable first(Throwable failure) {
    return (failure instanceof CompletionException && failure.getCause() != null)
        ? failure.getCause()
        : failure;
  }

  /** The class of an exception, of its first cause, and where that was thrown; on one line. */
  public static String shown(Throwable thrown) {
    Throwable first = thrown;
    for (int i = 0; i < MAX_CAUSES && first.getCause() != null; i++) {
      first = first.getCause();
    }
    StackTraceElement[] trace = first.getStackTrace();
    String outer = thrown.getClass().getName();
    return (first == thrown ? outer : outer + ", caused by " + first.getClass().getName())
        + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** The same exception and causes with their stack traces, without their messages. */
  public static Throwable silenced(Throwable thrown) {
    Throwable cause = thrown.getCause();
    for (int i = 0; i < MAX_CAUSES && cause != null && cause.getCause() != null; i++) {
      cause = cause.getCause();
    }
    Silenced copy = new Silenced(thrown);
    if (cause != null) {
      copy.initCause(new Silenced(cause));
    }
    return copy;
  }

  /** An exception of which only the class and the place are told. */
  private static final class Silenced extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Silenced(Throwable thrown) {
      super(thrown.getClass().getName());
      setStackTrace(thrown.getStackTrace());
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
