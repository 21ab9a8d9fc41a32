package io.nearside.observe;

import java.lang.management.ManagementFactory;
import java.net.URI;
import javax.cache.CacheException;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * One MXBean of a cache or manager in the platform's MBean server; that of a cache under the name
 * that JSR-107 section 12 gives it. If a manager of another class loader has taken that name, a
 * property {@code instance} is added.
 *
 * <p>Thread-safe.
 */
public final class JmxBean {
  private static final int MAXIMUM_INSTANCES = 1_000;
  private static final String DOMAIN = "javax.cache";

  /** JSR-107's kit wants its domain empty while there are no caches. */
  private static final String OWN_DOMAIN = "io.nearside";

  private final String type;
  private final URI manager;
  private final @Nullable String cache;
  private final Object bean;
  private @Nullable ObjectName registered;

  /**
   * @param type {@code CacheStatistics} or {@code CacheConfiguration}
   */
  public JmxBean(String type, URI manager, String cache, Object bean) {
    this(type, manager, bean, cache);
  }

  private JmxBean(String type, URI manager, Object bean, @Nullable String cache) {
    this.type = type;
    this.manager = manager;
    this.cache = cache;
    this.bean = bean;
  }

  /** One of the manager itself. */
  public static JmxBean ofManager(String type, URI manager, Object bean) {
    return new JmxBean(type, manager, bean, null);
  }

  /**
   * Registers or unregisters the bean; does nothing if that is done.
   *
   * @throws CacheException if the MBean server refuses
   */
  public void register(boolean on) {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      if (on) {
        enter(server);
      } else {
        leave(server);
      }
    } catch (JMException e) {
      throw new CacheException(
          (cache == null ? "cache manager " + manager : "cache \"" + cache + "\"")
              + ": its "
              + type
              + " bean can't be "
              + (on ? "" : "un")
              + "registered",
          e);
    }
  }

  private void enter(MBeanServer server) throws JMException {
    for (int i = 0; registered == null && i < MAXIMUM_INSTANCES; i++) {
      ObjectName name = name(i);
      try {
        server.registerMBean(bean, name);
        registered = name;
      } catch (InstanceAlreadyExistsException e) {
        // the next name
      }
    }
  }

  private void leave(MBeanServer server) throws JMException {
    ObjectName name = registered;
    registered = null;
    if (name != null) {
      try {
        server.unregisterMBean(name);
      } catch (InstanceNotFoundException e) {
        // somebody else did
      }
    }
  }

  private ObjectName name(int instance) throws JMException {
    String name =
        (cache == null ? OWN_DOMAIN : DOMAIN)
            + ":type="
            + type
            + ",CacheManager="
            + legal(manager.toString())
            + (cache == null ? "" : ",Cache=" + legal(cache));
    return new ObjectName((instance == 0) ? name : name + ",instance=" + instance);
  }

  /** As the reference implementation does it, since tools look beans up by that. */
  private static String legal(String text) {
    return text.replaceAll("[,:=\n*?\"\\\\]", ".");
  }
}
