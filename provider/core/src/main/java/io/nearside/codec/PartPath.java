package io.nearside.codec;

import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

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

  private void visit(@Nullable Object object, String path) {
    if (object != null && !Immutability.of(object.getClass()) && seen.add(object)) {
      open.add(new Step(object, path));
    }
  }

  private void expand(Step step) {
    try {
      if (step.object instanceof Object[] array) {
        expandElements(java.util.Arrays.asList(array), step.path);
      } else if (step.object instanceof Collection<?> collection) {
        expandElements(collection, step.path);
      } else if (step.object instanceof Map<?, ?> map) {
        map.forEach((key, value) -> expandEntry(key, value, step.path));
      } else if (!step.object.getClass().isArray()) {
        expandFields(step);
      }
    } catch (RuntimeException | LinkageError e) {
      seen.add(step.object); // what can't be looked into is passed by: the search only explains
    }
  }

  private void expandElements(Collection<?> elements, String path) {
    int index = 0;
    for (Object element : elements) {
      visit(element, path + "[" + index++ + "]");
    }
  }

  private void expandEntry(@Nullable Object key, @Nullable Object value, String path) {
    String name = key == null || Immutability.of(key.getClass()) ? String.valueOf(key) : "…";
    visit(key, path + ".key(" + name + ")");
    visit(value, path + "[" + name + "]");
  }

  private void expandFields(Step step) {
    for (Field field : ObjectPart.fieldsOf(step.object.getClass())) {
      if (!field.getType().isPrimitive()) {
        Object value = FieldAccessor.createAccessor(field).getObject(step.object);
        visit(value, step.path + "." + field.getName());
      }
    }
  }

  private record Step(Object object, String path) {}
}
