package io.nearside.cdi;

import java.io.Serial;
import javax.cache.integration.CacheLoaderException;

/**
 * Carries what an annotated method has thrown through a load. Not as its cause, by which a cache
 * may take a failure for "there is nothing".
 */
final class MethodFailure extends CacheLoaderException {
  @Serial private static final long serialVersionUID = 1;

  private final Throwable thrown;

  MethodFailure(CachedMethod<?> method, Throwable thrown) {
    super(method + " threw " + thrown);
    this.thrown = thrown;
  }

  Throwable carried() {
    return thrown;
  }

  /** To be thrown by the caller: {@code throw failure.thrown()}. */
  Exception thrown() {
    return MethodFailure.<RuntimeException>sneaky(thrown);
  }

  @SuppressWarnings("unchecked") // thrown as it is: interceptors may declare no more than Exception
  private static <E extends Throwable> Exception sneaky(Throwable thrown) throws E {
    if (thrown instanceof Exception exception) {
      return exception;
    }
    throw (E) thrown;
  }
}
