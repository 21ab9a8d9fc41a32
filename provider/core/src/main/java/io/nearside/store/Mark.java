package io.nearside.store;

/** A key's source is about to be changed. An opaque token: a store knows its own. */
public interface Mark {
  /** For stores that need none. */
  Mark NONE = new Mark() {};
}
