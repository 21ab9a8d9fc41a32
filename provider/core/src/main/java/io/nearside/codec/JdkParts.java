package io.nearside.codec;

import static io.nearside.codec.ContainerParts.collection;
import static io.nearside.codec.ContainerParts.collectionOf;
import static io.nearside.codec.ContainerParts.immutableCollection;
import static io.nearside.codec.ContainerParts.immutableMap;
import static io.nearside.codec.ContainerParts.leaf;
import static io.nearside.codec.ContainerParts.map;
import static io.nearside.codec.ContainerParts.mapOf;
import static io.nearside.codec.ContainerParts.set;

import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.Stack;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/**
 * The mutable classes of the JDK that are copied without serialisation. A class that is not here is
 * serialised, or refused.
 */
final class JdkParts {
  private static final Part ENUM_SET = leaf(EnumSet.class, EnumSet::clone);
  private static final Part TIME_ZONE = leaf(TimeZone.class, TimeZone::clone);
  private static final Part DATE = leaf(Date.class, Date::clone);

  private static final Map<Class<?>, Part> PARTS = new HashMap<>();

  static {
    collections();
    sorted();
    maps();
    immutables();
    views();
    values();
  }

  private JdkParts() {}

  static @Nullable Part of(Class<?> type) {
    Part part = PARTS.get(type);
    if (part != null) {
      return part;
    }
    if (EnumSet.class.isAssignableFrom(type)) {
      return ENUM_SET;
    }
    return TimeZone.class.isAssignableFrom(type) ? TIME_ZONE : null;
  }

  private static void collections() {
    PARTS.put(ArrayList.class, collection(o -> new ArrayList<>(o.size())));
    PARTS.put(LinkedList.class, collection(o -> new LinkedList<>()));
    PARTS.put(Vector.class, collection(o -> new Vector<>(o.size())));
    PARTS.put(Stack.class, collection(o -> new Stack<>()));
    PARTS.put(ArrayDeque.class, collection(o -> new ArrayDeque<>(o.size())));
    PARTS.put(ConcurrentLinkedQueue.class, collection(o -> new ConcurrentLinkedQueue<>()));
    PARTS.put(ConcurrentLinkedDeque.class, collection(o -> new ConcurrentLinkedDeque<>()));
    PARTS.put(CopyOnWriteArrayList.class, ContainerParts.copyOnWriteList());
    PARTS.put(HashSet.class, set((run, o) -> new HashSet<>(capacity(o))));
    PARTS.put(LinkedHashSet.class, set((run, o) -> new LinkedHashSet<>(capacity(o))));
  }

  private static void sorted() {
    PARTS.put(
        TreeSet.class,
        ContainerParts.<TreeSet<Object>>set((run, o) -> new TreeSet<>(order(run, o.comparator()))));
    PARTS.put(
        PriorityQueue.class,
        ContainerParts.<PriorityQueue<Object>>set(
            (run, o) -> new PriorityQueue<>(order(run, o.comparator()))));
    PARTS.put(
        ConcurrentSkipListSet.class,
        ContainerParts.<ConcurrentSkipListSet<Object>>set(
            (run, o) -> new ConcurrentSkipListSet<>(order(run, o.comparator()))));
    PARTS.put(
        TreeMap.class,
        ContainerParts.<TreeMap<Object, Object>>map(
            (run, o) -> new TreeMap<>(order(run, o.comparator()))));
    PARTS.put(
        ConcurrentSkipListMap.class,
        ContainerParts.<ConcurrentSkipListMap<Object, Object>>map(
            (run, o) -> new ConcurrentSkipListMap<>(order(run, o.comparator()))));
  }

  @SuppressWarnings("unchecked") // a copy has the class of its original
  private static @Nullable Comparator<Object> order(
      CopyRun run, @Nullable Comparator<? super Object> original) {
    return (Comparator<Object>) run.copy(original);
  }

  private static void maps() {
    PARTS.put(HashMap.class, map((run, o) -> new HashMap<>(ContainerParts.capacity(o.size()))));
    PARTS.put(Hashtable.class, map((run, o) -> new Hashtable<>(ContainerParts.capacity(o.size()))));
    PARTS.put(ConcurrentHashMap.class, map((run, o) -> new ConcurrentHashMap<>(o.size())));
    PARTS.put(IdentityHashMap.class, map((run, o) -> new IdentityHashMap<>(o.size())));
    PARTS.put(EnumMap.class, ContainerParts.enumMap());
    try {
      PARTS.put(
          LinkedHashMap.class,
          ContainerParts.linkedMap(
              FieldAccessor.createAccessor(LinkedHashMap.class.getDeclaredField("accessOrder"))));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      // without sight of its order the map is serialised
      PARTS.remove(LinkedHashMap.class);
    }
  }

  private static void immutables() {
    for (List<?> list :
        List.of(
            List.of(),
            List.of(1),
            List.of(1, 2, 3),
            List.of(1, 2, 3).subList(0, 2),
            Collections.nCopies(1, 1),
            Collections.singletonList(1))) {
      reflected(list.getClass(), ContainerParts::immutableCollection);
    }
    for (Set<?> set : List.of(Set.of(), Set.of(1), Set.of(1, 2, 3))) {
      PARTS.put(set.getClass(), immutableCollection(collectionOf(Set::of)));
    }
    for (Map<?, ?> map : List.of(Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2))) {
      PARTS.put(map.getClass(), immutableMap(mapOf(Map::copyOf)));
    }
    PARTS.put(
        Collections.singleton(1).getClass(),
        immutableCollection(collectionOf(elements -> Collections.singleton(elements[0]))));
    reflected(Collections.singletonMap(1, 1).getClass(), ContainerParts::immutableMap);
    PARTS.put(Optional.class, ContainerParts.optional());
  }

  private static void views() {
    List<Class<?>> types = new ArrayList<>();
    List<List<?>> lists = List.of(new ArrayList<>(), new LinkedList<>());
    for (List<?> list : lists) {
      types.add(Collections.unmodifiableList(list).getClass());
      types.add(Collections.synchronizedList(list).getClass());
      types.add(Collections.checkedList((List<Object>) list, Object.class).getClass());
    }
    NavigableSet<Object> set = new TreeSet<>();
    types.add(Collections.unmodifiableCollection(set).getClass());
    types.add(Collections.unmodifiableSet(set).getClass());
    types.add(Collections.unmodifiableSortedSet(set).getClass());
    types.add(Collections.unmodifiableNavigableSet(set).getClass());
    types.add(Collections.synchronizedCollection(set).getClass());
    types.add(Collections.synchronizedSet(set).getClass());
    types.add(Collections.synchronizedSortedSet(set).getClass());
    types.add(Collections.synchronizedNavigableSet(set).getClass());
    NavigableMap<Object, Object> map = new TreeMap<>();
    types.add(Collections.unmodifiableMap(map).getClass());
    types.add(Collections.unmodifiableSortedMap(map).getClass());
    types.add(Collections.unmodifiableNavigableMap(map).getClass());
    types.add(Collections.synchronizedMap(map).getClass());
    types.add(Collections.synchronizedSortedMap(map).getClass());
    types.add(Collections.synchronizedNavigableMap(map).getClass());
    types.add(Arrays.asList(1).getClass());
    types.add(Map.entry(1, 1).getClass());
    types.add(AbstractMap.SimpleEntry.class);
    types.add(AbstractMap.SimpleImmutableEntry.class);
    types.add(Collections.reverseOrder((a, b) -> 0).getClass());
    types.add(AtomicReference.class);
    types.forEach(type -> reflected(type, part -> part));
  }

  /** Copies a class of the JDK by its fields, where the platform lets us; else it is serialised. */
  private static void reflected(Class<?> type, UnaryOperator<Part> shape) {
    try {
      PARTS.put(type, shape.apply(new ObjectPart(type)));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      PARTS.remove(type);
    }
  }

  private static void values() {
    PARTS.put(Date.class, DATE);
    sqlDates();
    PARTS.put(GregorianCalendar.class, leaf(Calendar.class, Calendar::clone));
    PARTS.put(BitSet.class, leaf(BitSet.class, BitSet::clone));
    PARTS.put(StringBuilder.class, leaf(StringBuilder.class, StringBuilder::new));
    PARTS.put(StringBuffer.class, leaf(StringBuffer.class, StringBuffer::new));
    PARTS.put(AtomicBoolean.class, leaf(AtomicBoolean.class, a -> new AtomicBoolean(a.get())));
    PARTS.put(AtomicInteger.class, leaf(AtomicInteger.class, a -> new AtomicInteger(a.get())));
    PARTS.put(AtomicLong.class, leaf(AtomicLong.class, a -> new AtomicLong(a.get())));
  }

  private static void sqlDates() {
    try {
      for (String name : List.of("java.sql.Date", "java.sql.Time", "java.sql.Timestamp")) {
        PARTS.put(Class.forName(name), DATE);
      }
    } catch (ClassNotFoundException e) {
      return; // java.sql is a module that an application may lack
    }
  }

  private static int capacity(Collection<?> original) {
    return ContainerParts.capacity(original.size());
  }
}
