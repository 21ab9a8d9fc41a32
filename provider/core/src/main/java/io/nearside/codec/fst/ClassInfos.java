package io.nearside.codec.fst;

import io.nearside.codec.AllowList;
import io.nearside.codec.CodecContext;
import io.nearside.codec.UnreadableException;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfoRegistry;
import org.nustaq.serialization.FSTClazzNameRegistry;
import org.nustaq.serialization.FSTConfiguration;
import org.nustaq.serialization.FSTObjectSerializer;
import org.nustaq.serialization.FSTSerializerRegistry;

/**
 * What FST knows of each class: of those whose fields it can reach, the fields; of all others only
 * the name and the form they are written in. Thread-safe, unlike FST's own, which hands out infos
 * before they are complete.
 */
@SuppressWarnings("rawtypes") // as FST is
final class ClassInfos extends FSTClazzInfoRegistry {
  private static final int MAX_DIMENSIONS = 8;

  private final FSTConfiguration config;
  private final AllowList allowed;
  private final ClassLoader loader;
  private final Map<Class<?>, FSTClazzInfo> infos = new ConcurrentHashMap<>();
  private final Map<String, Class<?>> found = new ConcurrentHashMap<>();
  private final AtomicInteger shapes = new AtomicInteger();
  private final Forms forms = new Forms(this);

  ClassInfos(CodecContext context, FSTConfiguration config) {
    this.config = config;
    this.allowed = context.allowed();
    this.loader = context.loader();
    setIgnoreAnnotations(true);
    setSerializerRegistryDelegate(forms::of);
  }

  /** Gives the commonest classes the numbers that stand for them in bytes. */
  void addNumbered() {
    int number = FSTClazzNameRegistry.LOWEST_CLZ_ID;
    for (Class<?> type : forms.numbered()) {
      infos.put(type, create(type));
      config.getClassRegistry().registerClass(type, number++, config);
    }
  }

  FSTClazzInfo numbered(int number) {
    FSTClazzInfo info = config.getClassRegistry().getClazzFromId(number);
    if (info == null) {
      throw new UnreadableException("no class has the number " + number);
    }
    return info;
  }

  /** Grows when a class is met for the first time. */
  int size() {
    return infos.size();
  }

  int nextShape() {
    return shapes.getAndIncrement();
  }

  @Override
  public FSTClazzInfo getCLInfo(Class type, FSTConfiguration ignored) {
    FSTClazzInfo known = infos.get(type);
    if (known != null) {
      return known;
    }
    check(type);
    FSTClazzInfo created = create(type);
    FSTClazzInfo other = infos.putIfAbsent(type, created);
    return other == null ? created : other;
  }

  void check(Class<?> type) {
    Class<?> element = type;
    for (int i = 0; element.isArray(); i++) {
      if (i == MAX_DIMENSIONS) {
        throw Refused.because(type, "has more than " + MAX_DIMENSIONS + " dimensions");
      }
      element = element.getComponentType();
    }
    if (element.isHidden()) {
      throw Refused.because(element, "is a lambda or another class that only this JVM knows");
    }
    if (!infos.containsKey(element) && !allowed.allows(element)) {
      throw Refused.notAllowed(element.getName());
    }
  }

  private FSTClazzInfo create(Class<?> type) {
    FSTObjectSerializer form = forms.of(type);
    FSTClazzInfo info;
    if (form != FSTSerializerRegistry.NULL) {
      info = Nameplate.of(type, config, this);
    } else {
      info = new FSTClazzInfo(config, type, this, true);
      forget(type);
      info.setDecoderAttached(Shape.ofFields(nextShape(), info.getFieldInfo()));
    }
    // FST's flaw open since 2019: an info that others see must have looked up its form
    info.getSer();
    return info;
  }

  /** FST keeps fields for ever, and so the class loader of an application that is gone. */
  private static void forget(Class<?> type) {
    for (Class<?> level = type; level != null; level = level.getSuperclass()) {
      FSTClazzInfo.sharedFieldSets.remove(level);
    }
  }

  /** The class of a name in bytes: asked for first, loaded then, and not initialised. */
  Class<?> find(String name) {
    Class<?> known = found.get(name);
    if (known != null) {
      return known;
    }
    if (!allowed.allows(name)) {
      throw new UnreadableException("bytes name a class that is not allowed");
    }
    try {
      Class<?> type = load(name);
      check(type);
      found.put(name, type);
      return type;
    } catch (ClassNotFoundException | LinkageError e) {
      throw new UnreadableException("bytes name a class that can't be found", e);
    }
  }

  /** Not asked whether it is allowed. */
  Class<?> load(String name) throws ClassNotFoundException {
    return Class.forName(name, false, loader);
  }

  ClassLoader loader() {
    return loader;
  }

  /** An info without a look at the class's fields, which the platform would refuse. */
  private interface Nameplate extends Serializable {
    static FSTClazzInfo of(Class<?> type, FSTConfiguration config, FSTClazzInfoRegistry registry) {
      FSTClazzInfo info = new FSTClazzInfo(config, Nameplate.class, registry, true);
      try {
        set(info, "clazz", type);
        set(info, "isAsciiNameShortString", isShortAscii(type.getName()));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("another FST than 3.0.4-jdk17", e);
      }
      return info;
    }

    private static void set(FSTClazzInfo info, String name, Object value)
        throws ReflectiveOperationException {
      Field field = FSTClazzInfo.class.getDeclaredField(name);
      field.setAccessible(true);
      field.set(info, value);
    }

    private static boolean isShortAscii(String name) {
      return name.length() < 127 && name.chars().allMatch(c -> c < 128);
    }
  }
}
