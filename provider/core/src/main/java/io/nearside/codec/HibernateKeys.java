package io.nearside.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key classes of Hibernate ORM 6 and 7 (6.6.5 and 7.4.5 were looked at), by name, so that
 * nothing of Hibernate is needed. They hold a hash code that is made of others', of enums for
 * instance, which differ between JVMs: it is left out, and made anew by Hibernate's own formulas
 * when a key is read. They are no choice of the application, so no allow-list is asked for them,
 * but for their parts it is.
 */
final class HibernateKeys {
  private static final String INTERNAL = "org.hibernate.cache.internal.";
  private static final String ENTITY = INTERNAL + "CacheKeyImplementation";
  private static final String BASIC = INTERNAL + "BasicCacheKeyImplementation";
  private static final String NATURAL = INTERNAL + "NaturalIdCacheKey";
  private static final String QUERY = "org.hibernate.cache.spi.QueryKey";
  private static final String BINDINGS = "org.hibernate.query.spi.QueryParameterBindings";
  private static final String PARAMETERS =
      "org.hibernate.query.internal.QueryParameterBindingsImpl$ParameterBindingsMementoImpl";

  private static final Map<String, Kind> KINDS =
      Map.of(
          ENTITY, new Kind("hkey", List.of("entityOrRoleName", "tenantId", "id")),
          BASIC, new Kind("hbasic", List.of("entityOrRoleName", "id")),
          NATURAL, new Kind("hnatural", List.of("entityName", "tenantId", "naturalIdValues")),
          QUERY,
              new Kind(
                  "hquery",
                  List.of(
                      "sqlQueryString",
                      "firstRow",
                      "maxRows",
                      "enabledFilterNames",
                      "parameterBindingsMemento")),
          PARAMETERS, new Kind("hparameters", List.of("values")));

  /** What stands for the parameters of a query that has none. */
  private static final String NO_PARAMETERS = "hnoparameters";

  private HibernateKeys() {}

  /** A key class: how its text begins, and the fields that its equals compares, but the hash. */
  private record Kind(String prefix, List<String> fields) {}

  /** Null for any other class. */
  static @Nullable KeyShape of(Class<?> type) {
    Kind kind = KINDS.get(type.getName());
    if (kind != null) {
      return shape(kind, type);
    }
    if (type.getEnclosingClass() != null && type.getName().startsWith(BINDINGS + "$")) {
      return (out, value) -> {
        out.open(NO_PARAMETERS, null);
        out.close();
      };
    }
    return null;
  }

  private static KeyShape shape(Kind kind, Class<?> type) {
    List<Field> fields = new ArrayList<>();
    try {
      for (String name : kind.fields) {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        fields.add(field);
      }
    } catch (NoSuchFieldException | RuntimeException e) {
      throw unknownVersion(type);
    }
    return (out, value) -> {
      out.open(kind.prefix, null);
      for (Field field : fields) {
        out.part("." + field.getName(), new KeyArrays.Deep(get(field, value)));
      }
      out.close();
    };
  }

  private static @Nullable Object get(Field field, Object key) {
    try {
      return field.get(key);
    } catch (IllegalAccessException e) {
      throw unknownVersion(key.getClass());
    }
  }

  private static NoKeyForm unknownVersion(Class<?> type) {
    return new NoKeyForm(type.getName() + " is of a version of Hibernate that is not known");
  }

  /**
   * @throws UnreadableException if the prefix is none of Hibernate's, or Hibernate is not there
   */
  static Object make(String prefix, List<@Nullable Object> parts, ClassLoader loader) {
    try {
      return switch (prefix) {
        case "hkey" -> entity(parts, loader);
        case "hbasic" -> basic(parts, loader);
        case "hnatural" -> natural(parts, loader);
        case "hquery" -> query(parts, loader);
        case "hparameters" -> parameters((Object[]) present(parts.get(0)), loader);
        case NO_PARAMETERS -> noParameters(loader);
        default -> throw new UnreadableException("key text with an unknown prefix");
      };
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new UnreadableException("key text of Hibernate, which is not there as it should be", e);
    }
  }

  private static Object entity(List<@Nullable Object> parts, ClassLoader loader)
      throws ReflectiveOperationException {
    Object tenant = parts.get(1);
    Object id = present(parts.get(2));
    int hash = 31 * HibernateHash.ofId(id) + HibernateHash.of(tenant);
    return constructor(loader, ENTITY, Object.class, String.class, String.class, int.class)
        .newInstance(id, present(parts.get(0)), tenant, hash);
  }

  private static Object basic(List<@Nullable Object> parts, ClassLoader loader)
      throws ReflectiveOperationException {
    Object id = present(parts.get(1));
    return constructor(loader, BASIC, java.io.Serializable.class, String.class, int.class)
        .newInstance(id, present(parts.get(0)), HibernateHash.ofId(id));
  }

  private static Object natural(List<@Nullable Object> parts, ClassLoader loader)
      throws ReflectiveOperationException {
    Object tenant = parts.get(1);
    Object values = parts.get(2);
    @Nullable Object[] all =
        values instanceof Object[] many ? many : new @Nullable Object[] {values};
    int hash = HibernateHash.ofAll(HibernateHash.of(tenant), all);
    return constructor(loader, NATURAL, Object.class, String.class, String.class, int.class)
        .newInstance(values, parts.get(0), tenant, hash);
  }

  private static Object query(List<@Nullable Object> parts, ClassLoader loader)
      throws ReflectiveOperationException {
    Set<@Nullable String> filters = new LinkedHashSet<>();
    for (Object filter : (Object[]) present(parts.get(3))) {
      filters.add((String) filter);
    }
    Class<?> memento = Class.forName(QUERY + "$ParameterBindingsMemento", false, loader);
    return constructor(
            loader, QUERY, String.class, memento, Integer.class, Integer.class, Set.class)
        .newInstance(
            present(parts.get(0)), present(parts.get(4)), parts.get(1), parts.get(2), filters);
  }

  private static Object parameters(@Nullable Object[] values, ClassLoader loader)
      throws ReflectiveOperationException {
    Constructor<?> constructor = constructor(loader, PARAMETERS, Object[].class, int.class);
    constructor.setAccessible(true);
    return constructor.newInstance(values, HibernateHash.ofAll(0, values));
  }

  private static Object noParameters(ClassLoader loader) throws ReflectiveOperationException {
    Field field = Class.forName(BINDINGS, false, loader).getField("NO_PARAMETER_BINDING_MEMENTO");
    return present(field.get(null));
  }

  private static Constructor<?> constructor(ClassLoader loader, String name, Class<?>... parameters)
      throws ReflectiveOperationException {
    return Class.forName(name, false, loader).getDeclaredConstructor(parameters);
  }

  private static Object present(@Nullable Object part) {
    if (part == null) {
      throw new UnreadableException("key text of Hibernate without a part");
    }
    return part;
  }
}
