package io.nearside.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serial;
import java.io.Serializable;
import javax.cache.annotation.CacheRemoveAll;
import org.jspecify.annotations.Nullable;

/** Removes all entries of a cache. */
@CacheRemoveAll
@Interceptor
@Priority(CacheAnnotationsExtension.PRIORITY)
class CacheRemoveAllInterceptor implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  @Inject CachedMethods methods;

  @AroundInvoke
  @Nullable Object around(InvocationContext context) throws Exception {
    Call<CacheRemoveAll> call = methods.call(context, CacheRemoveAll.class);
    return Changes.around(context, call, () -> Change.removeAll(call.cache()));
  }
}
