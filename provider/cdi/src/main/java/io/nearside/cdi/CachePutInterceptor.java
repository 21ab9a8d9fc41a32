package io.nearside.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import javax.cache.annotation.CachePut;
import org.jspecify.annotations.Nullable;

/** Puts an argument of a call into the cache. */
@CachePut
@Interceptor
@Priority(CacheAnnotationsExtension.PRIORITY)
class CachePutInterceptor implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  @Inject CachedMethods methods;

  @AroundInvoke
  @Nullable Object around(InvocationContext context) throws Exception {
    Call<CachePut> call = methods.call(context, CachePut.class);
    return Changes.around(context, call, () -> put(call));
  }

  private static Change put(Call<CachePut> call) {
    Object value = Objects.requireNonNull(call.getValueParameter()).getValue();
    if (value == null) {
      throw new NullPointerException(
          call.method() + ": the argument for @CacheValue is null, which no cache stores");
    }
    return Change.put(call.cache(), call.key(), value);
  }
}
