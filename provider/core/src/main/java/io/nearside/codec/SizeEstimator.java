package io.nearside.codec;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the heap bytes that a key or value keeps alive, for {@code local.maximumWeight}. It
 * assumes a 64-bit JVM with compressed references and objects aligned to 8 bytes, counts an object
 * that is met twice once, and follows 10,000 objects at most, taking the rest of a large array or
 * collection to be like what it saw. Shared constants (enums, classes, locales, zones) weigh
 * nothing. Thread-safe.
 */
public final class SizeEstimator {
  private static final int HEADER = 12;
  private static final int ARRAY_HEADER = 16;
  private static final int REFERENCE = 4;
  private static final int MAX_OBJECTS = 10_000;
  private static final int MAX_CLASSES = 10_000;

  private final ConcurrentHashMap<Class<?>, Layout> layouts = new ConcurrentHashMap<>();

  /**
   * Bytes, at least 0 and at most {@link Long#MAX_VALUE}; an estimate, which for usual types is
   * within a quarter of the truth.
   */
  public long weigh(@Nullable Object object) {
    if (object == null) {
      return 0;
    }
    if (object instanceof String text) {
      return ofString(text);
    }
    Walk walk = new Walk();
    walk.visit(object);
    return walk.total();
  }

  private static long ofString(String text) {
    return 24 + align(ARRAY_HEADER + (long) text.length() * bytesPerCharacter(text));
  }

  /** Strings hold one byte per character unless one of them needs two. */
  private static int bytesPerCharacter(String text) {
    int looked = Math.min(text.length(), 256);
    for (int i = 0; i < looked; i++) {
      if (text.charAt(i) > 0xff) {
        return 2;
      }
    }
    return 1;
  }

  private static long align(long bytes) {
    return (bytes + 7) & ~7L;
  }

  /** What lives whether the value refers to it or not. */
  private static boolean isConstant(Object object) {
    return object instanceof Enum<?>
        || object instanceof Class<?>
        || object instanceof ClassLoader
        || object instanceof Thread
        || object instanceof Locale
        || object instanceof Currency
        || object instanceof Charset
        || object instanceof ZoneId;
  }

  private Layout layoutOf(Class<?> type) {
    Layout layout = layouts.get(type);
    if (layout == null) {
      if (layouts.size() >= MAX_CLASSES) {
        layouts.clear();
      }
      layout = Layout.of(type);
      layouts.put(type, layout);
    }
    return layout;
  }

  private final class Walk {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();
    private long unseen;

    /** Of containers whose elements were not all looked at, so that they stand for no others. */
    private long ofCut;

    long total() {
      int count = 0;
      long bytes = 0;
      for (Object next = open.poll(); next != null; next = open.poll()) {
        count++;
        bytes += sizeOf(next);
      }
      double factor = count == 0 ? 1 : 1 + (double) unseen / count;
      return ofCut + (long) (bytes * factor);
    }

    void visit(@Nullable Object object) {
      if (object != null && !isConstant(object) && seen.size() < MAX_OBJECTS && seen.add(object)) {
        open.add(object);
      }
    }

    private void visitAll(Iterable<?> elements, int size) {
      int looked = 0;
      for (Object element : elements) {
        if (seen.size() >= MAX_OBJECTS) {
          unseen += size - looked;
          return;
        }
        visit(element);
        looked++;
      }
    }

    private long cut(long unseenBefore, long size) {
      if (unseen == unseenBefore) {
        return size;
      }
      ofCut += size;
      return 0;
    }

    private long sizeOf(Object object) {
      if (object instanceof String text) {
        return ofString(text);
      }
      Class<?> type = object.getClass();
      if (type.isArray()) {
        return ofArray(object, type.getComponentType());
      }
      if (Immutability.isJdk(type) && object instanceof Collection<?> collection) {
        long before = unseen;
        visitAll(collection, collection.size());
        return cut(before, Containers.of(collection));
      }
      if (Immutability.isJdk(type) && object instanceof Map<?, ?> map) {
        long before = unseen;
        visitAll(map.keySet(), map.size());
        visitAll(map.values(), map.size());
        return cut(before, Containers.of(map));
      }
      return ofFields(object, layoutOf(type));
    }

    private long ofArray(Object array, Class<?> component) {
      int length = Array.getLength(array);
      if (array instanceof Object[] elements) {
        long before = unseen;
        visitAll(Arrays.asList(elements), length);
        return cut(before, align(ARRAY_HEADER + (long) REFERENCE * length));
      }
      return align(ARRAY_HEADER + (long) Layout.sizeOf(component) * length);
    }

    private long ofFields(Object object, Layout layout) {
      for (FieldAccessor field : layout.references) {
        visit(field.getObject(object));
      }
      return layout.bytes;
    }
  }

  /** What collections and maps of the JDK take besides their elements. */
  private static final class Containers {
    private static final int HASH_NODE = 32;
    private static final int TREE_NODE = 40;
    private static final int LINKED_NODE = 24;

    private Containers() {}

    static long of(Collection<?> collection) {
      int size = collection.size();
      if (collection instanceof java.util.EnumSet<?>) {
        return 32;
      }
      if (collection instanceof java.util.SortedSet<?>) {
        return 64 + (long) TREE_NODE * size;
      }
      String name = collection.getClass().getName();
      if (name.startsWith("java.util.ImmutableCollections")) {
        boolean isSet = collection instanceof Set<?>;
        return size < 3 ? 24 : 24 + align(ARRAY_HEADER + (long) REFERENCE * size * (isSet ? 2 : 1));
      }
      if (collection instanceof Set<?>) {
        return 64 + hashed(size, name.contains("Linked") ? TREE_NODE : HASH_NODE);
      }
      return name.contains("Linked")
          ? 32 + (long) LINKED_NODE * size
          : 24 + align(ARRAY_HEADER + (long) REFERENCE * size * 5 / 4);
    }

    static long of(Map<?, ?> map) {
      int size = map.size();
      if (map instanceof java.util.SortedMap<?, ?>) {
        return 48 + (long) TREE_NODE * size;
      }
      String name = map.getClass().getName();
      if (name.startsWith("java.util.ImmutableCollections")) {
        return size == 1 ? 24 : 24 + align(ARRAY_HEADER + (long) REFERENCE * size * 4);
      }
      return 48 + hashed(size, name.contains("Linked") ? TREE_NODE : HASH_NODE);
    }

    /** Nodes, and the table: a power of two, at most three quarters full. */
    private static long hashed(int size, int node) {
      if (size == 0) {
        return 0;
      }
      long slots = 16;
      while (slots * 3 / 4 < size) {
        slots *= 2;
      }
      return (long) node * size + align(ARRAY_HEADER + REFERENCE * slots);
    }
  }

  /** The size of a class's objects, and where they refer to others. */
  private record Layout(long bytes, List<FieldAccessor> references) {
    static Layout of(Class<?> type) {
      List<FieldAccessor> references = new ArrayList<>();
      long bytes = HEADER;
      for (Class<?> level = type; level != null; level = level.getSuperclass()) {
        for (Field field : level.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            bytes += sizeOf(field.getType());
            addReference(references, field);
          }
        }
      }
      return new Layout(align(bytes), references);
    }

    private static void addReference(List<FieldAccessor> references, Field field) {
      if (field.getType().isPrimitive() || field.getDeclaringClass().isHidden()) {
        return;
      }
      try {
        references.add(FieldAccessor.createAccessor(field));
      } catch (RuntimeException | LinkageError e) {
        return; // out of sight, so that what it refers to is not counted
      }
    }

    static int sizeOf(Class<?> type) {
      if (type == long.class || type == double.class) {
        return 8;
      }
      if (type == int.class || type == float.class) {
        return 4;
      }
      if (type == short.class || type == char.class) {
        return 2;
      }
      return type == byte.class || type == boolean.class ? 1 : REFERENCE;
    }
  }
}
