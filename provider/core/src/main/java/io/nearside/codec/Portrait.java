package io.nearside.codec;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import org.apache.fory.reflect.FieldAccessor;
import org.jspecify.annotations.Nullable;

/**
 * A text that two values share exactly when one is what the other was: the classes, what they hold
 * and, unless only {@link Codec.Likeness#EQUAL} is asked for, order, shared parts and cycles.
 */
final class Portrait {
  private static final @Nullable FieldAccessor ACCESS_ORDER = accessOrder();

  private final Codec.Likeness likeness;
  private final StringBuilder text = new StringBuilder();
  private final Ids ids;

  private Portrait(Codec.Likeness likeness, Ids ids) {
    this.likeness = likeness;
    this.ids = ids;
  }

  static String of(Object value, Codec.Likeness likeness) {
    return new Portrait(likeness, new Ids(null)).draw(value).text.toString();
  }

  private static @Nullable FieldAccessor accessOrder() {
    try {
      return FieldAccessor.createAccessor(LinkedHashMap.class.getDeclaredField("accessOrder"));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return null;
    }
  }

  private Portrait draw(@Nullable Object object) {
    if (object == null) {
      text.append("null;");
      return this;
    }
    Class<?> type = object.getClass();
    text.append(nameOf(object, type));
    if (isLeaf(object, type)) {
      leaf(object, type);
      return this;
    }
    Integer id = ids.find(object);
    if (id != null) {
      text.append('#').append(id).append(';');
      return this;
    }
    ids.add(object);
    text.append('{');
    contents(object);
    fields(object, type);
    text.append('}');
    if (!isSame()) {
      ids.remove(object);
    }
    return this;
  }

  private boolean isSame() {
    return likeness == Codec.Likeness.SAME;
  }

  private String nameOf(Object object, Class<?> type) {
    if (isSame() || !Immutability.isJdk(type)) {
      return type.getName();
    }
    if (object instanceof List<?>) {
      return "List";
    }
    if (object instanceof Set<?>) {
      return "Set";
    }
    return object instanceof Map<?, ?> ? "Map" : type.getName();
  }

  private static boolean isLeaf(Object object, Class<?> type) {
    return object instanceof Enum<?>
        || type == String.class
        || (type.isArray() && type.getComponentType().isPrimitive())
        || (Immutability.isJdk(type) && !type.isArray() && new Shape(type).isLeaf());
  }

  private void leaf(Object object, Class<?> type) {
    text.append(':');
    if (object instanceof Enum<?> constant) {
      text.append(constant.name());
    } else if (type.isArray()) {
      text.append(Array.getLength(object)).append('/').append(hashOf(object));
    } else if (type == Object.class) {
      text.append("without state");
    } else if (object instanceof Calendar calendar) {
      text.append(calendar.getTimeInMillis()).append(calendar.getTimeZone());
      text.append(calendar.isLenient()).append(calendar.getFirstDayOfWeek());
      text.append(calendar.getMinimalDaysInFirstWeek());
    } else if (object instanceof StackTraceElement element) {
      place(element);
    } else if (object instanceof Date date) {
      text.append(date.getTime()).append(' ').append(date);
    } else {
      String content = String.valueOf(object);
      text.append(content.length()).append(' ').append(content);
    }
    text.append(';');
  }

  /** Where it was; what names loader and module is not carried by all, and never compared. */
  private void place(StackTraceElement element) {
    text.append(element.getClassName()).append('.').append(element.getMethodName());
    text.append(':').append(element.getFileName()).append(element.getLineNumber()).append(' ');
  }

  private static int hashOf(Object array) {
    return Arrays.deepHashCode(new Object[] {array});
  }

  private void contents(Object object) {
    if (object instanceof Object[] array) {
      all(Arrays.asList(array), true);
    } else if (object instanceof Collection<?> collection) {
      settings(object);
      all(new ArrayList<>(collection), isOrdered(object));
    } else if (object instanceof Map<?, ?> map) {
      settings(object);
      List<Entry> entries = new ArrayList<>();
      map.forEach((key, value) -> entries.add(new Entry(key, value)));
      all(entries, isOrdered(object));
    } else {
      if (object instanceof Throwable thrown) {
        text.append(thrown.getMessage());
        for (StackTraceElement element : thrown.getStackTrace()) {
          place(element);
        }
      }
      new Shape(object.getClass().isArray() ? Object[].class : Object.class)
          .forEachPart(object, this::draw);
    }
  }

  /** What beside its elements a container of the JDK is made with. */
  private void settings(Object container) {
    if (!isSame()) {
      return;
    }
    draw(Shape.orderOf(container));
    if (container instanceof LinkedHashMap<?, ?> && ACCESS_ORDER != null) {
      text.append(ACCESS_ORDER.getBoolean(container));
    }
    if (container instanceof BlockingQueue<?> queue) {
      text.append(queue.remainingCapacity());
    }
  }

  private boolean isOrdered(Object container) {
    if (container instanceof List<?>) {
      return true;
    }
    return isSame()
        && (Shape.orderOf(container) != null
            || container instanceof LinkedHashMap<?, ?>
            || container instanceof LinkedHashSet<?>
            || container instanceof java.util.Queue<?>
            || container instanceof java.util.SortedMap<?, ?>
            || container instanceof java.util.SortedSet<?>);
  }

  private void all(List<?> elements, boolean ordered) {
    if (ordered) {
      elements.forEach(this::drawElement);
      return;
    }
    List<Drawn> drawn = new ArrayList<>();
    for (Object element : elements) {
      drawn.add(new Drawn(apart(element), element));
    }
    drawn.sort(java.util.Comparator.comparing(Drawn::text));
    drawn.forEach(d -> drawElement(d.element()));
  }

  private record Entry(@Nullable Object key, @Nullable Object value) {}

  private record Drawn(String text, @Nullable Object element) {}

  /** An entry of a map is drawn as its two parts. */
  private void drawElement(@Nullable Object element) {
    if (element instanceof Entry entry) {
      draw(entry.key());
      draw(entry.value());
    } else {
      draw(element);
    }
    text.append(',');
  }

  /** Elements without order are sorted by how they look on their own. */
  private String apart(@Nullable Object element) {
    Portrait portrait = new Portrait(likeness, new Ids(ids));
    portrait.drawElement(element);
    return portrait.text.toString();
  }

  private void fields(Object object, Class<?> type) {
    if (Immutability.isJdk(type) || type.isArray()) {
      return;
    }
    for (Field field : ObjectPart.fieldsOf(type)) {
      if (!Immutability.isJdk(field.getDeclaringClass())) {
        text.append(field.getName()).append('=');
        draw(FieldAccessor.createAccessor(field).get(object));
      }
    }
    if (object instanceof Number || object instanceof Date) {
      text.append(Objects.toString(object));
    }
  }

  /** Numbers of objects in the order they are met; one that is drawn apart goes on from there. */
  private static final class Ids {
    private final @Nullable Ids before;
    private final Map<Object, Integer> own = new IdentityHashMap<>();
    private int next;

    Ids(@Nullable Ids before) {
      this.before = before;
      this.next = before == null ? 0 : before.next;
    }

    @Nullable Integer find(Object object) {
      Integer id = own.get(object);
      return id != null || before == null ? id : before.find(object);
    }

    void add(Object object) {
      own.put(object, next++);
    }

    void remove(Object object) {
      own.remove(object);
      next--;
    }
  }
}
