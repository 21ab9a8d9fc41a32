package io.nearside.spi;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Virtual threads, of which the JDK that this is compiled for knows nothing. */
final class VirtualThreads {
  private VirtualThreads() {}

  /**
   * A thread for each task; only where there are such threads.
   *
   * @param prefix of their names
   * @param context the class loader that user code in them sees
   */
  static ExecutorService executor(String prefix, ClassLoader context) {
    ThreadFactory factory = factory(prefix);
    ThreadFactory seeing =
        task -> {
          Thread thread = factory.newThread(task);
          thread.setContextClassLoader(context);
          return thread;
        };
    try {
      return (ExecutorService)
          Executors.class
              .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
              .invoke(null, seeing);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("no virtual threads on this JDK", e);
    }
  }

  private static ThreadFactory factory(String prefix) {
    try {
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
      builder.getMethod("name", String.class, long.class).invoke(virtual, prefix, 1L);
      builder.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(virtual, false);
      return (ThreadFactory) builder.getMethod("factory").invoke(virtual);
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new IllegalStateException("no virtual threads on this JDK", e);
    }
  }
}
