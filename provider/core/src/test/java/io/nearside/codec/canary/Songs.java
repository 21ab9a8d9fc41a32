package io.nearside.codec.canary;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The class loaders whose canary was initialised. */
public final class Songs {
  private static final Set<ClassLoader> HEARD = ConcurrentHashMap.newKeySet();

  private Songs() {}

  /** Called by the canaries of all loaders. */
  public static void heard(ClassLoader loader) {
    HEARD.add(loader);
  }

  public static boolean areHeardFrom(ClassLoader loader) {
    return HEARD.contains(loader);
  }

  /** A loader with a canary of its own: to write one without waking the other. */
  public static ClassLoader aviary() {
    ClassLoader parent = Songs.class.getClassLoader();
    String canary = "io.nearside.codec.canary.Canary";
    return new ClassLoader(parent) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(canary)) {
          return super.loadClass(name, resolve);
        }
        synchronized (this) {
          Class<?> loaded = findLoadedClass(name);
          return loaded != null ? loaded : define(name);
        }
      }

      private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (var in = parent.getResourceAsStream(file)) {
          byte[] code = in.readAllBytes();
          return defineClass(name, code, 0, code.length);
        } catch (java.io.IOException e) {
          throw new ClassNotFoundException(name, e);
        }
      }
    };
  }
}
