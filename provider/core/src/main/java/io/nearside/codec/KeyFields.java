package io.nearside.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sun.reflect.ReflectionFactory;

/**
 * Records, and plain serialisable classes such as JPA's id classes: their fields in the order of
 * their names, so that an order changed in the source changes no key.
 */
final class KeyFields implements KeyShape {
  private final Class<?> type;
  private final String prefix;
  private final List<Field> fields;
  private final List<String> names;
  private final Constructor<?> constructor;
  private final KeyShapes shapes;

  /** Looked at once per class, as its equals does not change. */
  private volatile boolean examined;

  private KeyFields(
      Class<?> type, List<Field> fields, Constructor<?> constructor, KeyShapes shapes) {
    this.type = type;
    this.prefix = type.isRecord() ? "r" : "o";
    this.fields = fields;
    this.names = fields.stream().map(Field::getName).toList();
    this.constructor = constructor;
    this.shapes = shapes;
  }

  static KeyFields of(Class<?> type, KeyShapes shapes) {
    try {
      List<Field> fields =
          ObjectPart.fieldsOf(type).stream()
              .sorted(Comparator.comparing(Field::getName)) // stable: of one name, the subclass's
              .toList();
      fields.forEach(field -> field.setAccessible(true));
      return new KeyFields(type, fields, constructorOf(type), shapes);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw new NoKeyForm(type.getName() + " can't be read by reflection (" + e.getMessage() + ")");
    }
  }

  private static Constructor<?> constructorOf(Class<?> type) throws NoSuchMethodException {
    if (!type.isRecord()) {
      return ReflectionFactory.getReflectionFactory()
          .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
    }
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> canonical = type.getDeclaredConstructor(types);
    canonical.setAccessible(true);
    return canonical;
  }

  @Override
  public void write(KeyWriter out, Object key) {
    out.open(prefix, type.getName());
    for (int i = 0; i < names.size(); i++) {
      out.field(names.get(i), get(i, key));
    }
    out.close();
    if (!examined) {
      KeyExam.examine(this, key, shapes);
      examined = true;
    }
  }

  Class<?> type() {
    return type;
  }

  List<String> names() {
    return names;
  }

  Class<?> typeOf(int field) {
    return fields.get(field).getType();
  }

  @Nullable Object get(int field, Object key) {
    try {
      return fields.get(field).get(key);
    } catch (IllegalAccessException e) {
      throw new NoKeyForm(type.getName() + " can't be read by reflection");
    }
  }

  @Nullable Object[] values(Object key) {
    @Nullable Object[] values = new Object[names.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i, key);
    }
    return values;
  }

  /**
   * @throws UnreadableException if there is no such key
   */
  Object make(@Nullable Object[] values) {
    try {
      return type.isRecord() ? record(values) : object(values);
    } catch (InvocationTargetException e) {
      throw new UnreadableException("key text that its class refuses", e.getCause());
    } catch (ReflectiveOperationException | IllegalArgumentException | NullPointerException e) {
      throw new UnreadableException("key text with a part of another type", e);
    }
  }

  private Object record(@Nullable Object[] values) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = values[names.indexOf(components[i].getName())];
    }
    return constructor.newInstance(arguments);
  }

  private Object object(@Nullable Object[] values) throws ReflectiveOperationException {
    Object key = constructor.newInstance();
    for (int i = 0; i < values.length; i++) {
      fields.get(i).set(key, values[i]);
    }
    return key;
  }
}
