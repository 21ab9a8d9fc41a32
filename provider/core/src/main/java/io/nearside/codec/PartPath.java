package io.nearside.codec;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;

/** Finds the way from a value to a part of it, for messages: {@code Order.customer.socket}. */
final class PartPath {
  private static final int MAX_OBJECTS = 100_000;

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Step> open = new ArrayDeque<>();

  private PartPath() {}

  /** The shortest path to an object of the class, or where it might be when it is out of sight. */
  static String find(Object root, String culprit) {
    PartPath search = new PartPath();
    search.visit(root, root.getClass().getName());
    while (!search.open.isEmpty() && search.seen.size() < MAX_OBJECTS) {
      Step step = search.open.remove();
      if (step.object.getClass().getName().equals(culprit)) {
        return step.path;
      }
      search.expand(step);
    }
    return "a part of " + root.getClass().getName();
  }

  private void visit(Object object, String path) {
    if (seen.add(object)) {
      open.add(new Step(object, path));
    }
  }

  private void expand(Step step) {
    try {
      Insides.forEach(step.object, (part, name) -> visit(part, step.path + name));
    } catch (RuntimeException | LinkageError e) {
      seen.add(step.object); // what can't be looked into is passed by: the search only explains
    }
  }

  private record Step(Object object, String path) {}
}
