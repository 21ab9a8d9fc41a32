package io.nearside.store;

import io.nearside.NearsideAsyncCache;
import io.nearside.NearsideCache;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A cache whose operations are those of its asynchronous view, awaited; the rest is its own. */
public final class ByFutures {
  private ByFutures() {}

  @SuppressWarnings("unchecked") // it passes on what it is given
  public static <K, V> NearsideCache<K, V> of(NearsideCache<K, V> cache) {
    Map<Method, Method> same = new HashMap<>();
    for (Method method : NearsideCache.class.getMethods()) {
      try {
        same.put(
            method,
            NearsideAsyncCache.class.getMethod(method.getName(), method.getParameterTypes()));
      } catch (NoSuchMethodException e) {
        // it is the cache's own
      }
    }
    return (NearsideCache<K, V>)
        Proxy.newProxyInstance(
            ByFutures.class.getClassLoader(),
            new Class<?>[] {NearsideCache.class},
            (proxy, method, arguments) -> invoke(cache, method, same.get(method), arguments));
  }

  private static Object invoke(
      NearsideCache<?, ?> cache, Method method, @Nullable Method same, Object[] arguments)
      throws Throwable {
    try {
      return (same == null)
          ? method.invoke(cache, arguments)
          : ((CompletableFuture<?>) same.invoke(cache.async(), arguments)).join();
    } catch (InvocationTargetException | CompletionException e) {
      throw e.getCause();
    }
  }
}
