package io.nearside.codec;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Store by value. Three ways, decided per class: share what can't change, copy part by part what
 * {@link Parts} knows to copy exactly, and serialise the rest, which keeps the meaning of {@code
 * readResolve}, {@code writeObject} and their like.
 */
final class ByValue implements Copier {
  private static final int MAX_REMEMBERED = 10_000;

  private final String cacheName;
  private final Parts parts = new Parts();
  private final SerialCopy serial;

  /** Classes of values that turned out to hold something which only serialisation copies. */
  private final Set<Class<?>> serialFirst = ConcurrentHashMap.newKeySet();

  /**
   * Hints, one for the keys and one for the values, that several threads write without order: any
   * class that was ever shared is right.
   */
  private @Nullable Class<?> lastShared;

  private @Nullable Class<?> sharedBefore;

  ByValue(String cacheName, ClassLoader loader) {
    this.cacheName = cacheName;
    this.serial = new SerialCopy(loader);
  }

  @Override
  public <T> T copy(T object) {
    Class<?> type = object.getClass();
    if (type == String.class || type == lastShared || type == sharedBefore) {
      return object;
    }
    return copyOther(object, type);
  }

  @SuppressWarnings("unchecked") // a copy has the class of its original
  private <T> T copyOther(T object, Class<?> type) {
    Part part = parts.of(type);
    if (part == Part.SHARED) {
      sharedBefore = lastShared;
      lastShared = type;
      return object;
    }
    try {
      return (T) copyMutable(object, type, part);
    } catch (Uncopyable e) {
      throw refusal(object, e);
    } catch (StackOverflowError e) {
      throw new CacheException(
          subject(type)
              + " can't be copied: it is nested too deeply for this thread's stack; flatten it, or"
              + " store by reference",
          e);
    } catch (RuntimeException e) {
      throw new CacheException(
          subject(type) + " can't be copied: its own code failed (" + e + ")", e);
    }
  }

  private Object copyMutable(Object object, Class<?> type, Part part) {
    if (serialFirst.contains(type)) {
      try {
        return serial.copy(object);
      } catch (Uncopyable e) {
        return copyByParts(object, type, part);
      }
    }
    return copyByParts(object, type, part);
  }

  private Object copyByParts(Object object, Class<?> type, Part part) {
    NeedsSerialisation signal;
    try {
      return new CopyRun(parts).copyRoot(part, object);
    } catch (NeedsSerialisation e) {
      signal = e;
    }
    try {
      Object copy = serial.copy(object);
      if (serialFirst.size() < MAX_REMEMBERED) {
        serialFirst.add(type);
      }
      return copy;
    } catch (Uncopyable e) {
      throw e.culprit().equals(signal.because()) ? e : e.within(signal.because());
    }
  }

  private CacheException refusal(Object object, Uncopyable e) {
    Class<?> type = object.getClass();
    String culprit = e.culprit();
    String what =
        culprit.equals(type.getName())
            ? "it " + e.reason()
            : PartPath.find(object, culprit) + " is a " + culprit + ", which " + e.reason();
    return new CacheException(
        subject(type)
            + " can't be copied: "
            + what
            + "; make it transient or serialisable, or store by reference",
        e);
  }

  private String subject(Class<?> type) {
    return "cache \"" + cacheName + "\": a value of " + type.getName();
  }
}
