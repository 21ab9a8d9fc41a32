package io.nearside.codec.fst;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;

/** Written for objects whose own classes have no lasting name. */
sealed interface StandIn {

  record PathText(String text) implements StandIn {
    static PathText of(Path path, ClassInfos infos) {
      infos.check(Path.class);
      if (path.getFileSystem() != FileSystems.getDefault()) {
        throw Refused.because(path.getClass(), "belongs to a file system of its own");
      }
      return new PathText(path.toString());
    }
  }

  record CharsetName(String name) implements StandIn {
    static CharsetName of(Charset charset, ClassInfos infos) {
      infos.check(Charset.class);
      return new CharsetName(charset.name());
    }
  }

  /**
   * @param interfaces whose methods the proxy has
   */
  record Proxied(String[] interfaces, InvocationHandler handler) implements StandIn {
    static Proxied of(Object proxy) {
      String[] names =
          Arrays.stream(proxy.getClass().getInterfaces())
              .map(Class::getName)
              .toArray(String[]::new);
      return new Proxied(names, Proxy.getInvocationHandler(proxy));
    }

    /** Its handler first, then the names of its interfaces. */
    Object[] parts(ClassInfos infos) {
      Object[] parts = new Object[1 + interfaces.length];
      parts[0] = handler;
      for (int i = 0; i < interfaces.length; i++) {
        infos.check(infos.find(interfaces[i]));
        parts[i + 1] = interfaces[i];
      }
      return parts;
    }

    static Object make(Object[] parts, ClassInfos infos, ClassLoader loader) {
      Class<?>[] interfaces =
          Arrays.stream(parts, 1, parts.length)
              .map(name -> infos.find((String) name))
              .toArray(Class<?>[]::new);
      return Proxy.newProxyInstance(loader, interfaces, (InvocationHandler) parts[0]);
    }
  }
}
