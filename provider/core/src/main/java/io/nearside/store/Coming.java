package io.nearside.store;

/** What a cache's source will have of a key once it has taken all writes that wait. */
public sealed interface Coming<V> {

  /** It has taken all writes of the key. */
  record Nothing<V>() implements Coming<V> {}

  /** It will have this value. */
  record Value<V>(V value) implements Coming<V> {}

  /** It will have none. */
  record Removal<V>() implements Coming<V> {}
}
