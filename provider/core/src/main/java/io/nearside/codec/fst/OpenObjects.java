package io.nearside.codec.fst;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The chain of objects that are being written, from the root to the current one. Knows where a
 * cycle leads back into it: the reader meets such objects half made. Finds strongly connected parts
 * as Tarjan's algorithm does. Not thread-safe.
 */
final class OpenObjects {
  private final int limit;
  private @Nullable Object[] chain = new Object[64];

  /** For each object of the chain the index of the outermost one that it leads back to. */
  private int[] lowest = new int[64];

  private int[] incompleteBefore = new int[64];
  private int depth;

  /** Those that the reader can make only when it has read all their parts. */
  private final BitSet unborn = new BitSet();

  /** Written already, but part of a cycle that is still open. */
  private final List<Object> incomplete = new ArrayList<>();

  private final Map<Object, Integer> incompleteLowest = new IdentityHashMap<>();

  /**
   * @param limit the longest chain
   */
  OpenObjects(int limit) {
    this.limit = limit;
  }

  void clear() {
    Arrays.fill(chain, 0, depth, null);
    depth = 0;
    unborn.clear();
    incomplete.clear();
    incompleteLowest.clear();
  }

  void enter(Object object) {
    if (depth >= limit) {
      throw Refused.because(object.getClass(), "is nested more than " + limit + " deep");
    }
    if (depth == chain.length) {
      chain = Arrays.copyOf(chain, 2 * depth);
      lowest = Arrays.copyOf(lowest, 2 * depth);
      incompleteBefore = Arrays.copyOf(incompleteBefore, 2 * depth);
    }
    chain[depth] = object;
    lowest[depth] = depth;
    incompleteBefore[depth] = incomplete.size();
    depth++;
  }

  void exit() {
    depth--;
    unborn.clear(depth);
    int low = lowest[depth];
    if (low < depth) {
      Object object = Objects.requireNonNull(chain[depth]);
      incomplete.add(object);
      incompleteLowest.put(object, low);
      lowest[depth - 1] = Math.min(lowest[depth - 1], low);
    } else {
      completeSince(incompleteBefore[depth]);
    }
    chain[depth] = null;
  }

  private void completeSince(int start) {
    for (int i = incomplete.size() - 1; i >= start; i--) {
      incompleteLowest.remove(incomplete.remove(i));
    }
  }

  /** The current object exists for the reader only when its parts do, or does after all. */
  void setUnborn(boolean value) {
    unborn.set(depth - 1, value);
  }

  /** The current object is one that was met before. */
  void metAgain(Object object) {
    int top = depth - 1;
    for (int i = top - 1; i >= 0; i--) {
      if (chain[i] == object) {
        if (unborn.get(i)) {
          throw Refused.because(object.getClass(), "reaches itself, and is read only as a whole");
        }
        lowest[top] = Math.min(lowest[top], i);
        return;
      }
    }
    Integer low = incompleteLowest.get(object);
    if (low != null) {
      lowest[top] = Math.min(lowest[top], low);
    }
  }

  /**
   * Whether the parts of the current object lead to one that the reader has not finished by then.
   */
  boolean holdsIncomplete() {
    return lowest[depth - 1] < depth - 1;
  }

  /** Whether an object that is made of its parts would be made before they are complete. */
  boolean isWithinUnborn() {
    int holder = unborn.nextSetBit(lowest[depth - 1] + 1);
    return holder >= 0 && holder < depth;
  }
}
