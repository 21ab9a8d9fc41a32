package io.nearside.codec;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.cache.CacheException;

/** The allow-list of one cache: names, and packages. */
final class AllowedTypes implements AllowList {
  private static final Pattern NAME =
      Pattern.compile(
          "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*"
              + "(\\.\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*)*");

  /**
   * Packages of which nothing may be read, as it can run code, load classes or open connections.
   */
  private static final List<String> NEVER =
      List.of(
          "java.lang.reflect.",
          "java.lang.invoke.",
          "java.lang.instrument.",
          "java.rmi.",
          "java.beans.",
          "javax.management.",
          "javax.naming.",
          "javax.script.",
          "javax.swing.",
          "jdk.",
          "sun.",
          "com.sun.");

  private static final Set<String> NEVER_CLASSES =
      Set.of(
          "java.lang.Runtime",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.Thread",
          "java.lang.ThreadGroup",
          "java.lang.ClassLoader",
          "java.lang.Class",
          "java.lang.Module",
          "java.lang.System",
          "java.security.SignedObject",
          "java.util.ServiceLoader",
          "java.net.URLClassLoader");

  private final String cacheName;
  private final Set<String> names = new HashSet<>();
  private final List<String> packages = new ArrayList<>();
  private final List<String> packageTrees = new ArrayList<>();

  AllowedTypes(
      String cacheName, ClassLoader loader, List<Class<?>> declared, List<String> patterns) {
    this.cacheName = cacheName;
    List<Class<?>> roots = new ArrayList<>(declared);
    for (String pattern : patterns) {
      addPattern(pattern, loader, roots);
    }
    names.addAll(TypeClosure.of(roots));
  }

  private void addPattern(String pattern, ClassLoader loader, List<Class<?>> roots) {
    if (pattern.startsWith(AllowedProfiles.PREFIX)) {
      addProfile(pattern, loader, roots);
      return;
    }
    String name = pattern.replaceFirst("\\.\\*\\*?$", "");
    if (!NAME.matcher(name).matches()) {
      throw refused(
          pattern, "is neither a class nor a package; write com.shop.Thing or com.shop.**");
    }
    boolean wildcard = !name.equals(pattern);
    if (isNever(wildcard ? name + ".X" : name)) {
      throw refused(
          pattern, "would allow classes that must never be read from bytes; leave it out");
    }
    if (!wildcard) {
      names.add(name);
      addDeclared(name, loader, roots);
    } else if (name.matches("java|javax|java\\..*|javax\\..*")) {
      throw refused(pattern, "would allow unsafe classes of the JDK; name single classes");
    } else {
      (pattern.endsWith("**") ? packageTrees : packages).add(name + ".");
    }
  }

  private void addProfile(String pattern, ClassLoader loader, List<Class<?>> roots) {
    List<String> patterns =
        AllowedProfiles.patternsOf(pattern.substring(AllowedProfiles.PREFIX.length()));
    if (patterns == null) {
      throw refused(pattern, "is no profile; there are " + AllowedProfiles.names());
    }
    patterns.forEach(inner -> addPattern(inner, loader, roots));
  }

  /** A class that is named brings the types of its fields, as a declared one does. */
  private static void addDeclared(String name, ClassLoader loader, List<Class<?>> roots) {
    try {
      roots.add(Class.forName(name, false, loader));
    } catch (ClassNotFoundException | LinkageError e) {
      return; // a list may name what only another application of the fleet has
    }
  }

  private CacheException refused(String pattern, String reason) {
    return new CacheException(
        "cache \"" + cacheName + "\": allowedTypes \"" + pattern + "\" " + reason);
  }

  @Override
  public boolean allows(Class<?> type) {
    if (type.isArray()) {
      return allows(type.getComponentType());
    }
    if (type.isPrimitive()) {
      return true;
    }
    if (type.isHidden() || Proxy.isProxyClass(type)) {
      return false;
    }
    return allows(type.getName()) || isBodyOfEnum(type);
  }

  private boolean isBodyOfEnum(Class<?> type) {
    Class<?> parent = type.getSuperclass();
    return parent != null && parent.isEnum() && allows(parent.getName());
  }

  @Override
  public boolean allows(String className) {
    if (className.startsWith("[")) {
      String element = className.substring(className.lastIndexOf('[') + 1);
      return element.length() == 1
          ? "ZBCSIJFD".contains(element)
          : element.startsWith("L")
              && element.endsWith(";")
              && allowsElement(element.substring(1, element.length() - 1));
    }
    return allowsElement(className);
  }

  private boolean allowsElement(String name) {
    if (SafeJdkTypes.contains(name)) {
      return true;
    }
    if (isNever(name) || name.indexOf('/') >= 0) {
      return false;
    }
    return names.contains(name)
        || packages.stream().anyMatch(p -> name.startsWith(p) && name.indexOf('.', p.length()) < 0)
        || packageTrees.stream().anyMatch(name::startsWith);
  }

  private static boolean isNever(String name) {
    return NEVER_CLASSES.contains(name) || NEVER.stream().anyMatch(name::startsWith);
  }
}
