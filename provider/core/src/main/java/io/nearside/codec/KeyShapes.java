package io.nearside.codec;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides once per class how its objects are written as keys, and finds classes by name.
 * Thread-safe.
 */
final class KeyShapes {
  private static final int MAX_CLASSES = 10_000;

  private final ConcurrentHashMap<Class<?>, KeyShape> known = new ConcurrentHashMap<>();
  private final ClassLoader loader;
  private final AllowList allowed;
  private final KeyForms forms;

  KeyShapes(ClassLoader loader, AllowList allowed, KeyForms forms) {
    this.loader = loader;
    this.allowed = allowed;
    this.forms = forms;
  }

  /**
   * @throws NoKeyForm if objects of the class have none
   */
  KeyShape of(Class<?> type) {
    KeyShape shape = known.get(type);
    return shape != null ? shape : learn(type);
  }

  private KeyShape learn(Class<?> type) {
    if (known.size() >= MAX_CLASSES) {
      known.clear();
    }
    KeyShape shape = decide(type);
    known.put(type, shape);
    return shape;
  }

  private KeyShape decide(Class<?> type) {
    KeyShape atom = KeyAtoms.of(type);
    if (atom != null) {
      return atom;
    }
    if (type == KeyArrays.Deep.class) {
      return (out, value) -> KeyArrays.write(out, (KeyArrays.Deep) value);
    }
    KeyForm<?> form = forms.of(type);
    if (form != null) {
      return new FormShape(form);
    }
    if (Enum.class.isAssignableFrom(type)) {
      return ofEnum(type);
    }
    KeyShape hibernate = HibernateKeys.of(type);
    if (hibernate != null) {
      return hibernate;
    }
    KeyShape container = ofContainer(type);
    return container != null ? container : ofFields(type);
  }

  private KeyShape ofEnum(Class<?> type) {
    Class<?> declaring = type.isEnum() ? type : type.getSuperclass();
    checkAllowed(declaring);
    String name = KeyText.escape(declaring.getName());
    return (out, value) -> out.atom("e", name + ':' + KeyText.escape(((Enum<?>) value).name()));
  }

  private static @Nullable KeyShape ofContainer(Class<?> type) {
    if (type == Optional.class) {
      return (out, value) -> {
        out.open("opt", null);
        ((Optional<?>) value).ifPresent(held -> out.part(".get()", held));
        out.close();
      };
    }
    boolean isCollection = List.class.isAssignableFrom(type) || Set.class.isAssignableFrom(type);
    if (!isCollection && !Map.class.isAssignableFrom(type)) {
      return null;
    }
    if (!Immutability.isJdk(definesEquals(type)) || isByIdentity(type)) {
      throw new NoKeyForm(type.getName() + " has an equals of its own");
    }
    if (List.class.isAssignableFrom(type)) {
      return KeyShapes::writeList;
    }
    return isCollection ? KeyShapes::writeSet : KeyShapes::writeMap;
  }

  private static boolean isByIdentity(Class<?> type) {
    return type.getName().startsWith(IdentityHashMap.class.getName());
  }

  private static void writeList(KeyWriter out, Object value) {
    out.open("list", null);
    out.parts((List<?>) value);
    out.close();
  }

  private static void writeSet(KeyWriter out, Object value) {
    if (value instanceof SortedSet<?> sorted) {
      checkOrder(sorted.comparator() == null, sorted);
    }
    out.open("set", null);
    out.sorted((Set<?>) value);
    out.close();
  }

  private static void writeMap(KeyWriter out, Object value) {
    if (value instanceof SortedMap<?, ?> sorted) {
      checkOrder(sorted.comparator() == null, sorted.keySet());
    }
    out.open("map", null);
    out.sorted((Map<?, ?>) value);
    out.close();
  }

  /** A sorted set's equals goes by its order, which may take unequal elements for the same. */
  private static void checkOrder(boolean natural, Collection<?> keys) {
    for (Object key : keys) {
      if (!natural || !KeyAtoms.knows(key.getClass()) || key instanceof java.math.BigDecimal) {
        throw new NoKeyForm("a sorted collection is equal by its order, not by its elements");
      }
    }
  }

  private KeyShape ofFields(Class<?> type) {
    if (!type.isRecord()) {
      checkPlain(type);
    }
    checkAllowed(type);
    return KeyFields.of(type, this);
  }

  private static void checkPlain(Class<?> type) {
    String name = type.getName();
    if (type.isArray()) {
      throw new NoKeyForm("arrays are equal to no other array");
    }
    if (Immutability.isJdk(type)) {
      throw new NoKeyForm(name + " is none of the JDK's classes with a canonical form");
    }
    if (type.isHidden() || type.isSynthetic() || Throwable.class.isAssignableFrom(type)) {
      throw new NoKeyForm(name + " is no class of keys");
    }
    if (Immutability.isJdk(definesEquals(type))) {
      throw new NoKeyForm(name + " does not override equals");
    }
    if (!java.io.Serializable.class.isAssignableFrom(type)) {
      throw new NoKeyForm(name + " is neither a record nor serialisable");
    }
    if (Parts.definesSerialForm(type)) {
      throw new NoKeyForm(name + " defines a serial form of its own");
    }
  }

  private static Class<?> definesEquals(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass();
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every class has equals", e);
    }
  }

  private void checkAllowed(Class<?> type) {
    if (!type.getName().startsWith("java.time.") && !allowed.allows(type)) {
      throw new NoKeyForm(type.getName() + " is not among the allowed classes");
    }
  }

  /**
   * @throws UnreadableException if it is not allowed or not there
   */
  Class<?> load(String name) {
    if (!name.startsWith("java.time.") && !allowed.allows(name)) {
      throw new UnreadableException("key text with a class that is not allowed");
    }
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new UnreadableException("key text with a class that is not there", e);
    }
  }

  static Object constant(Class<?> type, String name) {
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(KeyText.unescape(name))) {
          return constant;
        }
      }
    }
    throw new UnreadableException("key text with a constant that is not there");
  }

  KeyFields fieldsOf(Class<?> type) {
    boolean mayHave = !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
    if (mayHave && of(type) instanceof KeyFields fields) {
      return fields;
    }
    throw new UnreadableException("key text with a class without fields");
  }

  Object make(String prefix, List<@Nullable Object> parts) {
    KeyForm<?> form = forms.ofPrefix(prefix);
    return form != null ? form.key(parts) : HibernateKeys.make(prefix, parts, loader);
  }

  /**
   * Writes the parts that a user's form tells, after a look at whether it can make a key of them.
   */
  private static final class FormShape implements KeyShape {
    private final KeyForm<Object> form;
    private volatile boolean examined;

    @SuppressWarnings("unchecked") // a form is asked for objects of its class only
    FormShape(KeyForm<?> form) {
      this.form = (KeyForm<Object>) form;
    }

    @Override
    public void write(KeyWriter out, Object key) {
      List<? extends @Nullable Object> parts = parts(key);
      out.open(form.prefix(), null);
      out.parts(parts);
      out.close();
      examined = true;
    }

    private List<? extends @Nullable Object> parts(Object key) {
      try {
        List<? extends @Nullable Object> parts = form.parts(key);
        if (!examined && !form.key(parts).equals(key)) {
          throw new NoKeyForm(form.getClass().getName() + " makes another key of a key's parts");
        }
        return parts;
      } catch (NoKeyForm e) {
        throw e;
      } catch (RuntimeException e) {
        throw new NoKeyForm(form.getClass().getName() + " threw " + e.getClass().getName());
      }
    }
  }
}
