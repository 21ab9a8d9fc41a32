package io.nearside.store;

/**
 * The right to be next to change a key, among those on all nodes who ask for it; fair, and only a
 * matter of speed: who changes by {@link Change.Condition#SAME} is safe without. It ends by itself
 * if its owner does not end it.
 */
public interface Turn extends AutoCloseable {
  /** For stores that need none. */
  Turn NONE = () -> {};

  @Override
  void close();
}
