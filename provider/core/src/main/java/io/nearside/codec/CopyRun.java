package io.nearside.codec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One copy of one graph: remembers which original became which copy, so that shared parts and
 * cycles stay as they are. Not thread-safe; made for one call.
 */
final class CopyRun {
  /** Where a chain of objects goes on from a queue instead of the stack. */
  private static final int MAX_DEPTH = 300;

  /** Stands for an object that exists only once all its parts do, such as a record. */
  private static final Object UNFINISHED = new Object();

  private final Parts parts;
  private final IdentityHashMap<Object, Object> copies = new IdentityHashMap<>();
  private int depth;

  /** Above zero while what is copied has to be complete, so that nothing may be postponed. */
  private int undivided;

  /** Above zero while a constructor waits for its arguments. */
  private int constructing;

  private boolean metAgain;
  private @Nullable Deque<Filling> postponed;
  private @Nullable List<Insertion> late;

  CopyRun(Parts parts) {
    this.parts = parts;
  }

  Object copyRoot(Part part, Object original) {
    Object copy = part.copy(this, original);
    drain();
    if (late != null) {
      late.forEach(insertion -> insertion.container.insert(insertion.copy, insertion.elements));
    }
    return copy;
  }

  private void drain() {
    if (postponed == null) {
      return;
    }
    for (Filling next = postponed.poll(); next != null; next = postponed.poll()) {
      next.part.fill(this, next.original, next.copy);
    }
  }

  /** The copy of a part, which may be null as fields and elements may. */
  @Nullable Object copy(@Nullable Object original) {
    if (original == null || original.getClass() == String.class) {
      return original;
    }
    Part part = parts.of(original.getClass());
    if (part == Part.SHARED) {
      return original;
    }
    Object known = copies.get(original);
    if (known == null) {
      return part.copy(this, original);
    }
    if (known == UNFINISHED) {
      throw new Uncopyable(original.getClass(), "contains itself, though it can't be changed");
    }
    metAgain = true;
    return known;
  }

  /** Makes a copy known before its parts are copied, so that they can refer to it. */
  void known(Object original, Object copy) {
    copies.put(original, copy);
  }

  /** Says that the original has no copy until its parts are copied. */
  void unfinished(Object original) {
    copies.put(original, UNFINISHED);
    undivided++;
    constructing++;
  }

  /** Ends what {@link #unfinished} began. */
  Object finished(Object original, Object copy) {
    undivided--;
    constructing--;
    copies.put(original, copy);
    return copy;
  }

  boolean isShared(@Nullable Object part) {
    return part == null || parts.of(part.getClass()) == Part.SHARED;
  }

  /**
   * Fills a container that looks into its elements. Where an element leads back to something that
   * may be incomplete, the container is filled at the end, after those within it.
   */
  void fillComplete(Looking container, Object original, Object copy, @Nullable Object[] elements) {
    known(original, copy);
    boolean metBefore = metAgain;
    metAgain = false;
    undivided++;
    for (int i = 0; i < elements.length; i++) {
      elements[i] = copy(elements[i]);
    }
    undivided--;
    if (metAgain && constructing == 0) {
      if (late == null) {
        late = new ArrayList<>();
      }
      late.add(new Insertion(container, copy, elements));
    } else {
      container.insert(copy, elements);
    }
    metAgain |= metBefore;
  }

  /** Fills now, or later where the stack would grow too deep. */
  void fill(Fillable part, Object original, Object copy) {
    known(original, copy);
    if (depth >= MAX_DEPTH && undivided == 0) {
      postpone(new Filling(part, original, copy));
      return;
    }
    depth++;
    part.fill(this, original, copy);
    depth--;
  }

  private void postpone(Filling filling) {
    if (postponed == null) {
      postponed = new ArrayDeque<>();
    }
    postponed.add(filling);
  }

  /** A part whose object exists before what it holds. */
  interface Fillable {
    void fill(CopyRun run, Object original, Object copy);
  }

  /** A container that hashes or compares its elements. */
  interface Looking {
    void insert(Object copy, @Nullable Object[] elements);
  }

  private record Insertion(Looking container, Object copy, @Nullable Object[] elements) {}

  private record Filling(Fillable part, Object original, Object copy) {}
}
