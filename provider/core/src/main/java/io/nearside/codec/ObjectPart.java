package io.nearside.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.apache.fory.reflect.FieldAccessor;
import sun.reflect.ReflectionFactory;

/**
 * Copies an object field by field. No constructor of its class runs, and transient fields keep
 * their defaults, both as in serialisation.
 */
final class ObjectPart implements Part, CopyRun.Fillable {
  private final Class<?> type;
  private final Constructor<?> empty;

  /** Fields that are copied as they are: primitives, and types that can't change. */
  private final FieldAccessor[] plain;

  private final FieldAccessor[] shared;
  private final FieldAccessor[] deep;

  ObjectPart(Class<?> type) throws NoSuchMethodException {
    this.type = type;
    this.empty =
        ReflectionFactory.getReflectionFactory()
            .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
    List<FieldAccessor> primitives = new ArrayList<>();
    List<FieldAccessor> immutables = new ArrayList<>();
    List<FieldAccessor> others = new ArrayList<>();
    for (Field field : fieldsOf(type)) {
      FieldAccessor accessor = FieldAccessor.createAccessor(field);
      if (field.getType().isPrimitive()) {
        primitives.add(accessor);
      } else {
        (Immutability.ofDeclared(field.getType()) ? immutables : others).add(accessor);
      }
    }
    this.plain = primitives.toArray(FieldAccessor[]::new);
    this.shared = immutables.toArray(FieldAccessor[]::new);
    this.deep = others.toArray(FieldAccessor[]::new);
  }

  /** The instance fields that a copy has to carry, of the class and its superclasses. */
  static List<Field> fieldsOf(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      for (Field field : level.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  @Override
  public Object copy(CopyRun run, Object original) {
    Object copy = allocate();
    run.fill(this, original, copy);
    return copy;
  }

  private Object allocate() {
    try {
      return empty.newInstance();
    } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
      throw new Uncopyable(type, "can't be created without its constructor (" + e + ")");
    }
  }

  @Override
  public void fill(CopyRun run, Object original, Object copy) {
    for (FieldAccessor field : plain) {
      field.copy(original, copy);
    }
    for (FieldAccessor field : shared) {
      field.copyObject(original, copy);
    }
    for (FieldAccessor field : deep) {
      Object value = field.getObject(original);
      if (value != null) {
        field.putObject(copy, run.copy(value));
      }
    }
  }
}
