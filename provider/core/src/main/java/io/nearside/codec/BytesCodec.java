package io.nearside.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Arrays of bytes as they are, and nothing else. */
final class BytesCodec implements Codec {
  private final CodecContext context;

  private BytesCodec(CodecContext context) {
    this.context = context;
  }

  @Override
  public int id() {
    return 9;
  }

  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public @Nullable String refuses(Class<?> type) {
    return type == byte[].class ? null : "is not a byte[]";
  }

  @Override
  public byte[] encode(Object value) {
    String reason = refuses(value.getClass());
    if (reason != null) {
      throw Refusal.notCarried(
          context, new Refusal.Culprit(name(), value.getClass().getName(), reason, null));
    }
    return ((byte[]) value).clone();
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /** Makes it. */
  static final class Factory implements CodecFactory {
    @Override
    public int id() {
      return 9;
    }

    @Override
    public String name() {
      return "bytes";
    }

    @Override
    public Codec create(CodecContext context) {
      return new BytesCodec(context);
    }
  }
}
