package io.nearside.cache;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.processor.EntryProcessor;

/** All operations of a cache that take a key or a value. */
enum Operation {
  GET(false, (c, k, v) -> c.get(k)),
  GET_ALL(false, (c, k, v) -> c.getAll(set(k))),
  CONTAINS_KEY(false, (c, k, v) -> c.containsKey(k)),
  LOAD_ALL(false, (c, k, v) -> c.loadAll(set(k), true, new CompletionListenerFuture())),
  PUT(true, Cache::put),
  GET_AND_PUT(true, Cache::getAndPut),
  PUT_ALL(true, (c, k, v) -> c.putAll(Collections.singletonMap(k, v))),
  PUT_IF_ABSENT(true, Cache::putIfAbsent),
  REMOVE(false, (c, k, v) -> c.remove(k)),
  COMPARE_AND_REMOVE(true, Cache::remove),
  GET_AND_REMOVE(false, (c, k, v) -> c.getAndRemove(k)),
  COMPARE_AND_REPLACE_OLD(true, (c, k, v) -> c.replace(k, v, "new")),
  COMPARE_AND_REPLACE_NEW(true, (c, k, v) -> c.replace(k, "old", v)),
  REPLACE(true, Cache::replace),
  GET_AND_REPLACE(true, Cache::getAndReplace),
  REMOVE_ALL(false, (c, k, v) -> c.removeAll(set(k))),
  INVOKE(false, (c, k, v) -> c.invoke(k, nothing())),
  INVOKE_ALL(false, (c, k, v) -> c.invokeAll(set(k), nothing()));

  /** Runs an operation. */
  @FunctionalInterface
  interface Code {
    void run(Cache<Object, Object> cache, Object key, Object value);
  }

  private final boolean takesValue;
  private final Code code;

  Operation(boolean takesValue, Code code) {
    this.takesValue = takesValue;
    this.code = code;
  }

  boolean takesValue() {
    return takesValue;
  }

  void run(Cache<Object, Object> cache, Object key, Object value) {
    code.run(cache, key, value);
  }

  static EntryProcessor<Object, Object, Object> nothing() {
    return (entry, none) -> null;
  }

  private static Set<Object> set(Object key) {
    return new HashSet<>(Arrays.asList(key));
  }
}
