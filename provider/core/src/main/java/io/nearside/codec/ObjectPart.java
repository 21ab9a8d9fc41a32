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
  private final FlatFields flat;
  private final FieldAccessor[] deep;

  ObjectPart(Class<?> type) throws NoSuchMethodException {
    this.type = type;
    this.empty =
        ReflectionFactory.getReflectionFactory()
            .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
    List<Field> plain = new ArrayList<>();
    List<FieldAccessor> others = new ArrayList<>();
    for (Field field : fieldsOf(type)) {
      if (field.getType().isPrimitive() || Immutability.ofDeclared(field.getType())) {
        plain.add(field);
      } else {
        others.add(FieldAccessor.createAccessor(field));
      }
    }
    this.flat = FlatFields.of(plain);
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
    flat.copy(original, copy);
    for (FieldAccessor field : deep) {
      Object value = field.getObject(original);
      if (value != null) {
        field.putObject(copy, run.copy(value));
      }
    }
  }
}
