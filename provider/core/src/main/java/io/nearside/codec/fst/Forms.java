package io.nearside.codec.fst;

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractQueue;
import java.util.AbstractSequentialList;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTObjectSerializer;
import org.nustaq.serialization.FSTSerializerRegistry;

/**
 * Chooses how objects of a class are written. Looks only at the class and the module it is in,
 * never at what the JVM was told to open, so that all nodes choose alike. Thread-safe.
 */
final class Forms {
  /** Classes of the platform that have no state, or only such as is derived. */
  private static final Set<Class<?>> STATELESS =
      Set.of(
          Object.class,
          AbstractCollection.class,
          AbstractList.class,
          AbstractSequentialList.class,
          AbstractQueue.class,
          AbstractSet.class,
          AbstractMap.class);

  private static final Map<Class<?>, FSTObjectSerializer> PLATFORM = new LinkedHashMap<>();

  static {
    ValueForms.addTo(PLATFORM);
    ContainerForms.addTo(PLATFORM);
  }

  private final ClassInfos infos;
  private final Map<Class<?>, FSTObjectSerializer> own = new LinkedHashMap<>();
  private final FSTObjectSerializer enumSet;

  Forms(ClassInfos infos) {
    this.infos = infos;
    this.enumSet = WholeForm.keeping(EnumSets::parts, parts -> EnumSets.make(parts, infos));
    own.put(
        StandIn.PathText.class,
        LeafForm.<StandIn.PathText>value(
            (out, path) -> out.writeStringUTF(path.text()), in -> path(in.readStringUTF())));
    own.put(
        StandIn.CharsetName.class,
        LeafForm.<StandIn.CharsetName>value(
            (out, charset) -> out.writeStringUTF(charset.name()),
            in -> charset(in.readStringUTF())));
    own.put(
        StandIn.Proxied.class,
        WholeForm.<StandIn.Proxied>keeping(
            proxied -> proxied.parts(infos),
            parts -> StandIn.Proxied.make(parts, infos, infos.loader())));
    own.putAll(PLATFORM);
  }

  private Path path(String text) {
    infos.check(Path.class);
    return Path.of(text);
  }

  private Charset charset(String name) {
    infos.check(Charset.class);
    return Charset.forName(name);
  }

  /** In the order of their numbers: what is added goes to the end. */
  Collection<Class<?>> numbered() {
    return own.keySet();
  }

  static boolean isNumbered(Class<?> type) {
    return PLATFORM.containsKey(type);
  }

  /**
   * Whether the class belongs to the JDK, which lets nobody look into it without a flag.
   *
   * @return for an array whether its class does, which is always
   */
  static boolean isPlatform(Class<?> type) {
    String module = type.getModule().getName();
    return module != null
        && (module.startsWith("java.") || module.startsWith("jdk."))
        && !Proxy.isProxyClass(type);
  }

  /** Whether FST has a tag of its own for it. */
  static boolean isBoxed(Class<?> type) {
    return type == Integer.class || type == Long.class || type == Boolean.class;
  }

  /** Whether objects of the class are immutable and equal by what they hold. */
  static boolean isValue(Class<?> type) {
    FSTObjectSerializer form = PLATFORM.get(type);
    return type == String.class
        || isBoxed(type)
        || Enum.class.isAssignableFrom(type)
        || (form instanceof LeafForm<?> leaf && leaf.alwaysCopy());
  }

  /**
   * {@link FSTSerializerRegistry#NULL}: by its fields.
   *
   * @throws Refused if there is no way
   */
  FSTObjectSerializer of(Class<?> type) {
    FSTObjectSerializer listed = own.get(type);
    if (listed != null) {
      return listed;
    }
    if (type.isArray()) {
      return FSTSerializerRegistry.NULL;
    }
    if (type.isEnum()) {
      return EnumForm.INSTANCE;
    }
    refuseUnmakeable(type);
    if (EnumSet.class.isAssignableFrom(type)) {
      return enumSet;
    }
    if (isPlatform(type)) {
      return SerialForm.of(type, infos);
    }
    if (type.isRecord() && !Hooks.has(type)) {
      return RecordForm.of(type, infos);
    }
    return Hooks.has(type) || hiddenSuperclass(type) != null
        ? SerialForm.of(type, infos)
        : FSTSerializerRegistry.NULL;
  }

  private static void refuseUnmakeable(Class<?> type) {
    if (type.isInterface() || type.isPrimitive() || Modifier.isAbstract(type.getModifiers())) {
      throw Refused.because(type, "has no objects of its own");
    }
  }

  private static @Nullable Class<?> hiddenSuperclass(Class<?> type) {
    Class<?> level = type;
    while (level != null && !isPlatform(level)) {
      level = level.getSuperclass();
    }
    return level == null || STATELESS.contains(level) ? null : level;
  }
}
