package io.nearside.codec;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Strings in UTF-8, and nothing else: other programs can read them. */
final class StringCodec implements Codec {
  private final CodecContext context;

  private StringCodec(CodecContext context) {
    this.context = context;
  }

  @Override
  public int id() {
    return 8;
  }

  @Override
  public String name() {
    return "string";
  }

  @Override
  public @Nullable String refuses(Class<?> type) {
    return type == String.class ? null : "is not a String";
  }

  @Override
  public byte[] encode(Object value) {
    String reason = refuses(value.getClass());
    if (reason != null) {
      throw refused(value, reason, null);
    }
    try {
      ByteBuffer bytes =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap((String) value));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (CharacterCodingException e) {
      throw refused(value, "holds half a surrogate pair, which UTF-8 has no bytes for", e);
    }
  }

  private RuntimeException refused(Object value, String reason, @Nullable Throwable cause) {
    return Refusal.notCarried(
        context, new Refusal.Culprit(name(), value.getClass().getName(), reason, cause));
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableException("not UTF-8", e);
    }
  }

  /** Makes it. */
  static final class Factory implements CodecFactory {
    @Override
    public int id() {
      return 8;
    }

    @Override
    public String name() {
      return "string";
    }

    @Override
    public Codec create(CodecContext context) {
      return new StringCodec(context);
    }
  }
}
