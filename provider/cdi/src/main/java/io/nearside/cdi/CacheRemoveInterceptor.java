package io.nearside.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serial;
import java.io.Serializable;
import javax.cache.annotation.CacheRemove;
import org.jspecify.annotations.Nullable;

/** Removes an entry. */
@CacheRemove
@Interceptor
@Priority(CacheAnnotationsExtension.PRIORITY)
class CacheRemoveInterceptor implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  @Inject CachedMethods methods;

  @AroundInvoke
  @Nullable Object around(InvocationContext context) throws Exception {
    Call<CacheRemove> call = methods.call(context, CacheRemove.class);
    return Changes.around(context, call, () -> Change.remove(call.cache(), call.key()));
  }
}
