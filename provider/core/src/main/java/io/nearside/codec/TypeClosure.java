package io.nearside.codec;

import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The types of an application that a declared type implies: its superclasses, the types of its
 * fields with their type arguments, and the subtypes of sealed ones. Initialises none of them.
 */
final class TypeClosure {
  private static final int MAX_TYPES = 10_000;

  private final Set<String> names = new HashSet<>();
  private final Set<Type> seen = new HashSet<>();
  private final Deque<Type> open = new ArrayDeque<>();

  private TypeClosure() {}

  static Set<String> of(Iterable<Class<?>> declared) {
    TypeClosure closure = new TypeClosure();
    for (Class<?> type : declared) {
      closure.visit(type);
    }
    while (!closure.open.isEmpty() && closure.names.size() < MAX_TYPES) {
      closure.expand(closure.open.remove());
    }
    return closure.names;
  }

  private void visit(Type type) {
    if (seen.add(type)) {
      open.add(type);
    }
  }

  private void visitAll(Type[] types) {
    for (Type type : types) {
      visit(type);
    }
  }

  private void expand(Type type) {
    if (type instanceof Class<?> plain) {
      expandClass(plain);
    } else if (type instanceof ParameterizedType parameterized) {
      visit(parameterized.getRawType());
      visitAll(parameterized.getActualTypeArguments());
    } else if (type instanceof GenericArrayType array) {
      visit(array.getGenericComponentType());
    } else if (type instanceof WildcardType wildcard) {
      visitAll(wildcard.getUpperBounds());
      visitAll(wildcard.getLowerBounds());
    } else if (type instanceof TypeVariable<?> variable) {
      visitAll(variable.getBounds());
    }
  }

  private void expandClass(Class<?> type) {
    if (type.isArray()) {
      visit(type.getComponentType());
      return;
    }
    if (type.isPrimitive() || Immutability.isJdk(type)) {
      return;
    }
    names.add(type.getName());
    try {
      expandParts(type);
    } catch (LinkageError | TypeNotPresentException e) {
      names.add(type.getName()); // what is missing on the class path can't be in a value either
    }
  }

  private void expandParts(Class<?> type) {
    Type parent = type.getGenericSuperclass();
    if (parent != null) {
      visit(parent);
    }
    visitAll(type.getGenericInterfaces()); // for their type arguments
    for (Field field : type.getDeclaredFields()) {
      if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
        visit(field.getGenericType());
      }
    }
    Class<?>[] permitted = type.getPermittedSubclasses();
    if (permitted != null) {
      visitAll(permitted);
    }
  }
}
