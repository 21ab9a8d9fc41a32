package io.nearside.codec.fst;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Serialises one object, and collects the parts of it that FST is to write. */
final class SerialOutput extends ObjectOutputStream {
  private final SerialClasses classes;
  private final List<Object> parts = new ArrayList<>();
  private final Map<Object, Part> known = new IdentityHashMap<>();
  private boolean inside;

  SerialOutput(OutputStream bytes, ClassInfos infos) throws IOException {
    super(bytes);
    this.classes = new SerialClasses(infos);
    enableReplaceObject(true);
  }

  Object[] parts() {
    return parts.toArray();
  }

  @Override
  protected @Nullable Object replaceObject(@Nullable Object object) {
    if (!inside) {
      inside = true; // the object itself, or what its writeReplace made of it
      return object;
    }
    if (object == null || staysInside(object)) {
      return object;
    }
    return known.computeIfAbsent(
        object,
        part -> {
          parts.add(part);
          return new Part(parts.size() - 1);
        });
  }

  private static boolean staysInside(Object object) {
    Class<?> type = object.getClass();
    return Forms.isValue(type)
        || object instanceof StackTraceElement[]
        || object instanceof Throwable && Forms.isPlatform(type)
        || Forms.isPlatform(type) && !type.isArray() && !Forms.isNumbered(type);
  }

  @Override
  protected void annotateClass(Class<?> type) {
    if (type != Part.class) {
      classes.check(type);
    }
  }

  @Override
  protected void writeClassDescriptor(ObjectStreamClass description) throws IOException {
    boolean part = description.forClass() == Part.class;
    writeBoolean(part);
    if (!part) {
      super.writeClassDescriptor(description);
    }
  }

  /** Written where a part belongs. */
  record Part(int index) implements Serializable {}
}
