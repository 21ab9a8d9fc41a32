package io.nearside.codec.fst;

import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTObjectSerializer;

/** Collections and maps of the JDK. Their order is part of the format. */
@SuppressWarnings({"unchecked", "rawtypes"}) // each is listed under the one class it casts to
final class ContainerForms {
  private static final ContainerForm.Head<Object> NO_HEAD = (out, container) -> {};

  private final Map<Class<?>, FSTObjectSerializer> forms;

  private ContainerForms(Map<Class<?>, FSTObjectSerializer> forms) {
    this.forms = forms;
  }

  static void addTo(Map<Class<?>, FSTObjectSerializer> map) {
    ContainerForms forms = new ContainerForms(map);
    forms.lists();
    forms.sets();
    forms.maps();
    forms.wholes();
  }

  private void lists() {
    list(ArrayList.class, ArrayList::new);
    list(LinkedList.class, n -> new LinkedList<>());
    list(Vector.class, Vector::new);
    list(Stack.class, n -> new Stack<>());
    list(ArrayDeque.class, ArrayDeque::new);
    list(CopyOnWriteArrayList.class, n -> new CopyOnWriteArrayList<>());
    list(ConcurrentLinkedQueue.class, n -> new ConcurrentLinkedQueue<>());
    list(ConcurrentLinkedDeque.class, n -> new ConcurrentLinkedDeque<>());
    forms.put(
        AtomicReference.class,
        ContainerForm.<AtomicReference<@Nullable Object>>keeping(
            (in, n) -> new AtomicReference<>(),
            reference -> new @Nullable Object[] {reference.get()},
            (reference, parts) -> reference.set(parts[0])));
  }

  private void list(Class<? extends Collection> type, IntFunction<Collection<?>> empty) {
    forms.put(
        type,
        ContainerForm.<Collection>keeping(
            (in, n) -> empty.apply(n), Collection::toArray, ContainerForms::addAll));
  }

  private static void addAll(Collection to, @Nullable Object[] parts) {
    to.addAll(Arrays.asList(parts));
  }

  private void sets() {
    set(HashSet.class, n -> new HashSet<>(capacity(n)));
    set(LinkedHashSet.class, n -> new LinkedHashSet<>(capacity(n)));
    sorted(TreeSet.class, TreeSet::comparator, TreeSet::new);
    sorted(
        ConcurrentSkipListSet.class, ConcurrentSkipListSet::comparator, ConcurrentSkipListSet::new);
    sorted(PriorityQueue.class, PriorityQueue::comparator, PriorityQueue::new);
  }

  private void set(Class<? extends Collection> type, IntFunction<Collection<?>> empty) {
    forms.put(
        type,
        ContainerForm.<Collection>looking(
            NO_HEAD::write,
            (in, n) -> empty.apply(n),
            Collection::toArray,
            ContainerForms::addAll));
  }

  private <C extends Collection> void sorted(
      Class<C> type,
      Function<C, @Nullable Comparator> order,
      Function<@Nullable Comparator<Object>, C> empty) {
    forms.put(
        type,
        ContainerForm.<C>looking(
            (out, c) -> out.part(order.apply(c)),
            (in, n) -> empty.apply((Comparator<Object>) in.part()),
            Collection::toArray,
            ContainerForms::addAll));
  }

  private void maps() {
    map(HashMap.class, n -> new HashMap<>(capacity(n / 2)));
    map(Hashtable.class, n -> new Hashtable<>(capacity(n / 2)));
    map(ConcurrentHashMap.class, n -> new ConcurrentHashMap<>(capacity(n / 2)));
    map(IdentityHashMap.class, n -> new IdentityHashMap<>(n / 2));
    sortedMap(TreeMap.class, TreeMap::comparator, TreeMap::new);
    sortedMap(
        ConcurrentSkipListMap.class, ConcurrentSkipListMap::comparator, ConcurrentSkipListMap::new);
    linkedMap();
  }

  private void map(Class<? extends Map> type, IntFunction<Map<?, ?>> empty) {
    forms.put(
        type,
        ContainerForm.<Map>looking(
            NO_HEAD::write,
            (in, n) -> empty.apply(n),
            ContainerForms::entries,
            ContainerForms::putAll));
  }

  private <M extends Map> void sortedMap(
      Class<M> type,
      Function<M, @Nullable Comparator> order,
      Function<@Nullable Comparator<Object>, M> empty) {
    forms.put(
        type,
        ContainerForm.<M>looking(
            (out, m) -> out.part(order.apply(m)),
            (in, n) -> empty.apply((Comparator<Object>) in.part()),
            ContainerForms::entries,
            ContainerForms::putAll));
  }

  /** No method tells whether the order is one of access; there is no other way than the field. */
  private void linkedMap() {
    FieldAccessor byAccess;
    try {
      byAccess = FieldAccessor.createAccessor(LinkedHashMap.class.getDeclaredField("accessOrder"));
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
    forms.put(
        LinkedHashMap.class,
        ContainerForm.<LinkedHashMap>looking(
            (out, map) -> out.writeBoolean(byAccess.getBoolean(map)),
            (in, n) -> new LinkedHashMap<>(capacity(n / 2), 0.75f, in.readBoolean()),
            ContainerForms::entries,
            ContainerForms::putAll));
  }

  /** Keys, each followed by its value. */
  private static @Nullable Object[] entries(Map<?, ?> map) {
    List<@Nullable Object> parts = new ArrayList<>(2 * map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      parts.add(entry.getKey());
      parts.add(entry.getValue());
    }
    return parts.toArray();
  }

  private static void putAll(Map map, @Nullable Object[] parts) {
    for (int i = 0; i < parts.length; i += 2) {
      map.put(parts[i], parts[i + 1]);
    }
  }

  private void wholes() {
    constant(Collections.emptyList());
    constant(Collections.emptySet());
    constant(Collections.emptyMap());
    forms.put(
        List.of(1).getClass(), WholeForm.<List<?>>keeping(List::toArray, parts -> List.of(parts)));
    forms.put(
        List.of().getClass(), WholeForm.keeping(ContainerForms::immutable, ContainerForms::list));
    for (Set<?> set : List.of(Set.of(1), Set.of())) {
      forms.put(set.getClass(), WholeForm.<Set<?>>looking(Set::toArray, parts -> Set.of(parts)));
    }
    for (Map<?, ?> map : List.of(Map.of(1, 1), Map.of())) {
      forms.put(map.getClass(), WholeForm.looking(ContainerForms::entries, ContainerForms::mapOf));
    }
    forms.put(
        Optional.class,
        WholeForm.<Optional<?>>keeping(
            optional -> optional.stream().toArray(),
            parts -> Optional.ofNullable(parts.length == 0 ? null : parts[0])));
    forms.put(
        Map.entry(1, 1).getClass(),
        WholeForm.<Map.Entry<?, ?>>keeping(
            ContainerForms::entry, parts -> Map.entry(parts[0], parts[1])));
    forms.put(
        AbstractMap.SimpleImmutableEntry.class,
        WholeForm.<Map.Entry<?, ?>>keeping(
            ContainerForms::entry,
            parts -> new AbstractMap.SimpleImmutableEntry<>(parts[0], parts[1])));
  }

  private static @Nullable Object[] entry(Map.Entry<?, ?> entry) {
    return new @Nullable Object[] {entry.getKey(), entry.getValue()};
  }

  private void constant(Object object) {
    forms.put(object.getClass(), LeafForm.value((out, v) -> {}, in -> object));
  }

  /** The elements, and whether null may be asked for, which only the list of a stream allows. */
  private static @Nullable Object[] immutable(List<?> list) {
    @Nullable Object[] parts = list.toArray(new Object[list.size() + 1]);
    parts[list.size()] = allowsNull(list);
    return parts;
  }

  private static boolean allowsNull(List<?> list) {
    try {
      return !list.contains(null) || !list.isEmpty();
    } catch (NullPointerException e) {
      return false;
    }
  }

  private static List<?> list(@Nullable Object[] parts) {
    @Nullable Object[] elements = Arrays.copyOf(parts, parts.length - 1);
    boolean allowsNull = Boolean.TRUE.equals(parts[parts.length - 1]);
    return allowsNull ? Arrays.stream(elements).toList() : List.of(elements);
  }

  private static Map<?, ?> mapOf(@Nullable Object[] parts) {
    Map.Entry<?, ?>[] entries = new Map.Entry<?, ?>[parts.length / 2];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = Map.entry(parts[2 * i], parts[2 * i + 1]);
    }
    return Map.ofEntries(entries);
  }

  private static int capacity(int size) {
    return Math.max(16, (int) Math.min(size / 0.75 + 1, 1 << 30));
  }
}
