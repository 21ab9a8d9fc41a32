package io.nearside.observe;

/**
 * What logs say of exceptions whose messages may hold keys and values, as those of loaders, writers
 * and listeners may.
 */
public final class Thrown {
  private static final int MAX_CAUSES = 16;

  private Thrown() {}

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
