package io.nearside.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies a record part by part. */
final class RecordPart implements Part {
  private final RecordAccess access;

  /** Looked at once per class, as what a constructor does to its arguments hardly varies. */
  private volatile boolean verified;

  RecordPart(Class<?> type) throws ReflectiveOperationException {
    this.access = new RecordAccess(type);
  }

  @Override
  public Object copy(CopyRun run, Object original) {
    run.unfinished(original);
    @Nullable Object[] components = access.components(original);
    for (int i = 0; i < components.length; i++) {
      components[i] = run.copy(components[i]);
    }
    Object copy = make(original.getClass(), components);
    if (!verified) {
      verify(components, copy);
    }
    run.finished(original, copy);
    return copy;
  }

  private Object make(Class<?> type, @Nullable Object[] components) {
    try {
      return access.make(components);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new Uncopyable(type, "has a constructor that threw " + e);
    }
  }

  /** A constructor may copy a list, but one that makes another value of a value makes no copies. */
  private void verify(@Nullable Object[] components, Object copy) {
    for (int i = 0; i < components.length; i++) {
      Object expected = components[i];
      Object actual = access.component(copy, i);
      boolean comparable = expected == null || Immutability.of(expected.getClass());
      if (comparable && !Objects.equals(expected, actual)) {
        throw new Uncopyable(
            copy.getClass(), "has a constructor that makes " + actual + " of " + expected);
      }
    }
    verified = true;
  }
}
