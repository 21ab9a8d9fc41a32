package io.nearside.cdi;

import jakarta.interceptor.InvocationContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** When a method's call changes a cache: before it, or after it as its annotation says. */
final class Changes {
  private Changes() {}

  static @Nullable Object around(InvocationContext context, Call<?> call, Runnable change)
      throws Exception {
    if (!call.binding().after()) {
      change.run();
      return context.proceed();
    }
    Object result;
    try {
      result = context.proceed();
    } catch (Throwable e) {
      afterFailure(call, change, e);
      throw e;
    }
    if (call.method().isAsynchronous() && result != null) {
      return Stages.after(
          (CompletionStage<?>) result,
          (value, failure) -> {
            if (failure == null) {
              change.run();
            } else {
              afterFailure(call, change, failure);
            }
            return value;
          });
    }
    change.run();
    return result;
  }

  private static void afterFailure(Call<?> call, Runnable change, Throwable failure) {
    if (call.binding().concerns(failure, false)) {
      try {
        change.run();
      } catch (RuntimeException e) {
        Stages.suppress(failure, e);
      }
    }
  }
}
