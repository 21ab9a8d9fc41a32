package io.nearside.codec;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * Jackson: the declared type of the cache says what to read, and annotations of the application
 * count; types are never taken from the bytes unless an annotation says so.
 */
final class JacksonCodec implements Codec {
  private final JacksonFactory factory;
  private final CodecContext context;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  JacksonCodec(JacksonFactory factory, CodecContext context) {
    this.factory = factory;
    this.context = context;
    ObjectMapper mapper = JacksonMappers.mapper(factory, context);
    this.writer = mapper.writerFor(context.valueType());
    this.reader = mapper.readerFor(context.valueType());
  }

  @Override
  public int id() {
    return factory.id();
  }

  @Override
  public String name() {
    return factory.name();
  }

  @Override
  public Likeness likeness() {
    return Likeness.EQUAL;
  }

  @Override
  public @Nullable String refuses(Class<?> type) {
    if (Immutability.isJdk(type) || Enum.class.isAssignableFrom(type) || type.isArray()) {
      return null;
    }
    if (Parts.definesSerialForm(type)) {
      return "defines its own serial form, which Jackson would pass over";
    }
    return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)
        ? "is a collection with a class of its own"
        : null;
  }

  @Override
  public byte[] encode(Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JacksonException | RuntimeException | LinkageError | StackOverflowError e) {
      throw refused(value, e);
    }
  }

  private CacheException refused(Object value, Throwable cause) {
    return Refusal.notCarried(
        context,
        new Refusal.Culprit(
            name(),
            value.getClass().getName(),
            "fails in Jackson (" + cause.getClass().getName() + ")",
            cause));
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    Object value;
    try {
      value = reader.readValue(bytes, offset, length);
    } catch (IOException | RuntimeException | LinkageError | StackOverflowError e) {
      throw new UnreadableException("not what " + name() + " writes", e);
    }
    if (value == null) {
      throw new UnreadableException("bytes of null");
    }
    return value;
  }
}
