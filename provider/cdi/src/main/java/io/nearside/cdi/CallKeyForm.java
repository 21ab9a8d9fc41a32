package io.nearside.cdi;

import io.nearside.codec.KeyForm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names entries of annotated methods in Redis; found by the cache manager. */
public final class CallKeyForm implements KeyForm<CallKey> {

  /** For {@link java.util.ServiceLoader}. */
  public CallKeyForm() {}

  @Override
  public Class<CallKey> type() {
    return CallKey.class;
  }

  @Override
  public String prefix() {
    return "nearside.call";
  }

  @Override
  public List<@Nullable Object> parts(CallKey key) {
    return key.arguments();
  }

  @Override
  @SuppressWarnings("unchecked") // a list is only read
  public CallKey key(List<? extends @Nullable Object> parts) {
    return new CallKey((List<@Nullable Object>) parts);
  }
}
