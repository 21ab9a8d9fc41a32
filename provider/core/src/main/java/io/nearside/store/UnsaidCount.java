package io.nearside.store;

/** How much a store still has to tell its server: keys, or parts that are to be cleared. */
@FunctionalInterface
public interface UnsaidCount {
  int size();
}
