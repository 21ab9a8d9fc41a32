package io.nearside.cdi;

import jakarta.interceptor.InvocationContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** When a method's call changes a cache: before it, or after it as its annotation says. */
final class Changes {
  private Changes() {}

  static @Nullable Object around(InvocationContext context, Call<?> call, Supplier<Change> change)
      throws Exception {
    if (!call.binding().after()) {
      change.get().make();
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
          (value, failure) ->
              failure == null || call.binding().concerns(failure, false)
                  ? change.get().begin()
                  : Stages.DONE);
    }
    change.get().make();
    return result;
  }

  private static void afterFailure(Call<?> call, Supplier<Change> change, Throwable failure) {
    if (call.binding().concerns(failure, false)) {
      try {
        change.get().make();
      } catch (RuntimeException e) {
        Stages.suppress(failure, e);
      }
    }
  }
}
