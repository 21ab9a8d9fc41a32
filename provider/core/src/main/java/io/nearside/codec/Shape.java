package io.nearside.codec;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/** What objects of one class hold that a codec has to write. Thread-safe. */
final class Shape {
  private final Class<?> type;
  private final FieldAccessor[] fields;
  private final boolean leaf;

  /** Shapes of parts that came back as they were. */
  private final Set<Shape> proven = ConcurrentHashMap.newKeySet();

  Shape(Class<?> type) {
    this.type = type;
    this.fields = accessors(type);
    this.leaf = fields.length == 0 && !isContainer(type);
  }

  Class<?> type() {
    return type;
  }

  /** Nothing in it needs a look. */
  boolean isLeaf() {
    return leaf;
  }

  boolean isProvenWith(Shape part) {
    return proven.contains(part);
  }

  void prove(Shape part) {
    proven.add(part);
  }

  /** The fields of the application's own classes; those of the JDK are told by what they hold. */
  private static FieldAccessor[] accessors(Class<?> type) {
    if (type.isEnum() || Enum.class.isAssignableFrom(type) || Immutability.isJdk(type)) {
      return new FieldAccessor[0];
    }
    List<FieldAccessor> accessors = new ArrayList<>();
    for (Field field : type.isArray() ? List.<Field>of() : ObjectPart.fieldsOf(type)) {
      if (!Immutability.isJdk(field.getDeclaringClass()) && !holdsOnlyLeaves(field.getType())) {
        accessors.add(FieldAccessor.createAccessor(field));
      }
    }
    return accessors.toArray(FieldAccessor[]::new);
  }

  private static boolean holdsOnlyLeaves(Class<?> declared) {
    return declared.isPrimitive()
        || (Modifier.isFinal(declared.getModifiers())
            && !declared.isArray()
            && SafeJdkTypes.contains(declared.getName())
            && !isContainer(declared));
  }

  private static boolean isContainer(Class<?> type) {
    if (type.isArray()) {
      return !type.getComponentType().isPrimitive();
    }
    return Collection.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Map.Entry.class.isAssignableFrom(type)
        || Throwable.class.isAssignableFrom(type)
        || type == Optional.class
        || type == AtomicReference.class
        || type == AtomicReferenceArray.class;
  }

  /** Calls back with each part, null included. */
  void forEachPart(Object object, Consumer<@Nullable Object> action) {
    if (object instanceof Object[] array) {
      for (Object element : array) {
        action.accept(element);
      }
      return;
    }
    contents(object, action);
    for (FieldAccessor field : fields) {
      action.accept(field.getObject(object));
    }
  }

  private static void contents(Object object, Consumer<@Nullable Object> action) {
    if (object instanceof Collection<?> collection) {
      order(object, action);
      for (Object element : collection) {
        action.accept(element);
      }
    } else if (object instanceof Map<?, ?> map) {
      order(object, action);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        action.accept(entry.getKey());
        action.accept(entry.getValue());
      }
    } else {
      smallContents(object, action);
    }
  }

  private static void order(Object container, Consumer<@Nullable Object> action) {
    Object order = orderOf(container);
    if (order != null) { // not having one is no null among the parts
      action.accept(order);
    }
  }

  private static void smallContents(Object object, Consumer<@Nullable Object> action) {
    if (object instanceof Map.Entry<?, ?> entry) {
      action.accept(entry.getKey());
      action.accept(entry.getValue());
    } else if (object instanceof Optional<?> optional) {
      action.accept(optional.orElse(null));
    } else if (object instanceof AtomicReference<?> reference) {
      action.accept(reference.get());
    } else if (object instanceof AtomicReferenceArray<?> array) {
      for (int i = 0; i < array.length(); i++) {
        action.accept(array.get(i));
      }
    } else if (object instanceof Throwable thrown) {
      action.accept(thrown.getCause());
      for (Throwable suppressed : thrown.getSuppressed()) {
        action.accept(suppressed);
      }
    }
  }

  /** The comparator that a collection or map was made with. */
  static @Nullable Object orderOf(Object container) {
    if (container instanceof SortedMap<?, ?> map) {
      return map.comparator();
    }
    if (container instanceof SortedSet<?> set) {
      return set.comparator();
    }
    if (container instanceof PriorityQueue<?> queue) {
      return queue.comparator();
    }
    return container instanceof PriorityBlockingQueue<?> queue ? queue.comparator() : null;
  }
}
