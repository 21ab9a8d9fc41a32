package io.nearside.codec.fst;

import java.util.HashSet;
import java.util.Set;

/**
 * The classes of one serial form: those that are allowed, and their superclasses, which are named
 * after them. Not thread-safe.
 */
final class SerialClasses {
  private final ClassInfos infos;
  private final Set<String> superclasses = new HashSet<>();

  SerialClasses(ClassInfos infos) {
    this.infos = infos;
  }

  void check(Class<?> type) {
    if (!superclasses.contains(type.getName())) {
      infos.check(type);
    }
    addSuperclasses(type);
  }

  Class<?> find(String name) throws ClassNotFoundException {
    Class<?> type = superclasses.contains(name) ? infos.load(name) : infos.find(name);
    addSuperclasses(type);
    return type;
  }

  private void addSuperclasses(Class<?> type) {
    for (Class<?> up = type.getSuperclass(); up != null; up = up.getSuperclass()) {
      superclasses.add(up.getName());
    }
  }
}
