package io.nearside.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/** The shapes of parts that {@link JdkParts} lists classes under. */
@SuppressWarnings({"unchecked", "rawtypes"}) // each is listed under the one class it casts to
final class ContainerParts {
  private ContainerParts() {}

  /** An object without parts of its own. */
  static <T> Part leaf(Class<T> type, Function<T, Object> copier) {
    return (run, original) -> {
      Object copy = copier.apply(type.cast(original));
      run.known(original, copy);
      return copy;
    };
  }

  /** A collection that keeps what it is given without looking at it. */
  static <C extends Collection<?>> Part collection(Function<C, Object> empty) {
    return new Keeping<>(empty);
  }

  /** A collection that hashes or compares its elements, which so have to be complete. */
  static <C extends Collection<?>> Part set(BiFunction<CopyRun, C, Object> empty) {
    return new LookingSet<>(empty);
  }

  static <M extends Map<?, ?>> Part map(BiFunction<CopyRun, M, Object> empty) {
    return new LookingMap<>(empty);
  }

  /** A collection that is copied on every write: one write for all elements. */
  static Part copyOnWriteList() {
    return (run, original) -> {
      CopyOnWriteArrayList copy = new CopyOnWriteArrayList();
      run.known(original, copy);
      @Nullable Object[] elements = ((Collection<?>) original).toArray();
      copyEach(run, elements);
      copy.addAll(Arrays.asList(elements));
      return copy;
    };
  }

  static Part enumMap() {
    return (run, original) -> {
      EnumMap copy = ((EnumMap) original).clone();
      run.known(original, copy);
      copy.replaceAll((key, value) -> run.copy(value));
      return copy;
    };
  }

  static Part optional() {
    return (run, original) -> {
      Object value = ((Optional<?>) original).orElse(null);
      if (run.isShared(value)) {
        return original;
      }
      run.unfinished(original);
      return run.finished(original, Optional.ofNullable(run.copy(value)));
    };
  }

  /** An immutable collection, shared when all its elements can be. */
  static Part immutableCollection(Part otherwise) {
    return (run, original) -> {
      for (Object element : (Collection<?>) original) {
        if (!run.isShared(element)) {
          return otherwise.copy(run, original);
        }
      }
      return original;
    };
  }

  /** An immutable map, shared when all its keys and values can be. */
  static Part immutableMap(Part otherwise) {
    return (run, original) -> {
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) original).entrySet()) {
        if (!run.isShared(entry.getKey()) || !run.isShared(entry.getValue())) {
          return otherwise.copy(run, original);
        }
      }
      return original;
    };
  }

  /** A collection that can only be made from its elements. */
  static Part collectionOf(Function<Object[], Object> constructor) {
    return (run, original) -> {
      run.unfinished(original);
      Object[] elements = ((Collection<?>) original).toArray();
      copyEach(run, elements);
      return run.finished(original, constructor.apply(elements));
    };
  }

  /** A map that can only be made from its entries. */
  static Part mapOf(UnaryOperator<Map<?, ?>> constructor) {
    return (run, original) -> {
      run.unfinished(original);
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      ((Map<?, ?>) original).forEach((key, value) -> entries.put(run.copy(key), run.copy(value)));
      return run.finished(original, constructor.apply(entries));
    };
  }

  /** A linked map that keeps whether it is ordered by access. */
  static Part linkedMap(FieldAccessor accessOrder) {
    return ContainerParts.<LinkedHashMap<?, ?>>map((run, original) ->
        new LinkedHashMap<>(capacity(original.size()), 0.75f, accessOrder.getBoolean(original)));
  }

  static int capacity(int size) {
    return Math.max(16, (int) Math.min(size / 0.75 + 1, 1 << 30));
  }

  private static void copyEach(CopyRun run, @Nullable Object[] elements) {
    for (int i = 0; i < elements.length; i++) {
      elements[i] = run.copy(elements[i]);
    }
  }

  private static void addAll(CopyRun run, Object original, Object copy) {
    Collection<@Nullable Object> to = (Collection<@Nullable Object>) copy;
    for (Object element : (Collection<?>) original) {
      to.add(run.copy(element));
    }
  }

  private record Keeping<C>(Function<C, Object> empty) implements Part, CopyRun.Fillable {
    @Override
    public Object copy(CopyRun run, Object original) {
      Object copy = empty.apply((C) original);
      run.fill(this, original, copy);
      return copy;
    }

    @Override
    public void fill(CopyRun run, Object original, Object copy) {
      addAll(run, original, copy);
    }
  }

  private record LookingSet<C>(BiFunction<CopyRun, C, Object> empty)
      implements Part, CopyRun.Looking {
    @Override
    public Object copy(CopyRun run, Object original) {
      Object copy = empty.apply(run, (C) original);
      run.fillComplete(this, original, copy, ((Collection<?>) original).toArray());
      return copy;
    }

    @Override
    public void insert(Object copy, @Nullable Object[] elements) {
      Collection<@Nullable Object> set = (Collection<@Nullable Object>) copy;
      for (Object element : elements) {
        set.add(element);
      }
    }
  }

  /** Its elements are its keys, each followed by its value. */
  private record LookingMap<M>(BiFunction<CopyRun, M, Object> empty)
      implements Part, CopyRun.Looking {
    @Override
    public Object copy(CopyRun run, Object original) {
      Object copy = empty.apply(run, (M) original);
      Map<?, ?> map = (Map<?, ?>) original;
      List<@Nullable Object> elements = new ArrayList<>(2 * map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        elements.add(entry.getKey());
        elements.add(entry.getValue());
      }
      run.fillComplete(this, original, copy, elements.toArray());
      return copy;
    }

    @Override
    public void insert(Object copy, @Nullable Object[] elements) {
      Map<@Nullable Object, @Nullable Object> map = (Map<@Nullable Object, @Nullable Object>) copy;
      for (int i = 0; i < elements.length; i += 2) {
        map.put(elements[i], elements[i + 1]);
      }
    }
  }
}
