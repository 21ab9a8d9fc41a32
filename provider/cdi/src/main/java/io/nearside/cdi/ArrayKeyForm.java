package io.nearside.cdi;

import io.nearside.cdi.CallKey.ArrayKey;
import io.nearside.codec.KeyForm;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Names arrays among the arguments of annotated methods; found by the cache manager. */
public final class ArrayKeyForm implements KeyForm<ArrayKey> {

  /** For {@link java.util.ServiceLoader}. */
  public ArrayKeyForm() {}

  @Override
  public Class<ArrayKey> type() {
    return ArrayKey.class;
  }

  @Override
  public String prefix() {
    return "nearside.array";
  }

  @Override
  public List<?> parts(ArrayKey key) {
    return List.of(key.primitive(), key.elements());
  }

  @Override
  @SuppressWarnings("unchecked") // a list is only read
  public ArrayKey key(List<? extends @Nullable Object> parts) {
    return new ArrayKey(
        (String) Objects.requireNonNull(parts.get(0)),
        (List<@Nullable Object>) Objects.requireNonNull(parts.get(1)));
  }
}
