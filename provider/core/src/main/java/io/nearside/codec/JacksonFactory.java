package io.nearside.codec;

import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Makes codecs of Jackson, of one format each. Needs no Jackson itself. */
final class JacksonFactory implements CodecFactory {
  static final JacksonFactory JSON =
      new JacksonFactory(
          4,
          "jackson-json",
          new Library(
              "com.fasterxml.jackson.databind.ObjectMapper",
              "com.fasterxml.jackson.core:jackson-databind"));
  static final JacksonFactory CBOR =
      new JacksonFactory(
          5,
          "jackson-cbor",
          new Library(
              "com.fasterxml.jackson.dataformat.cbor.CBORFactory",
              "com.fasterxml.jackson.dataformat:jackson-dataformat-cbor"));
  static final JacksonFactory MESSAGE_PACK =
      new JacksonFactory(
          6,
          "jackson-msgpack",
          new Library(
              "org.msgpack.jackson.dataformat.MessagePackFactory",
              "org.msgpack:jackson-dataformat-msgpack"));

  private final int id;
  private final String codecName;
  private final Library library;

  private JacksonFactory(int id, String codecName, Library library) {
    this.id = id;
    this.codecName = codecName;
    this.library = library;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public String name() {
    return codecName;
  }

  @Override
  public @Nullable Library library() {
    return library;
  }

  @Override
  public Codec create(CodecContext context) {
    if (context.valueType() == Object.class) {
      throw new CacheException(
          Refusal.subject(context.cacheName())
              + "codec \""
              + codecName
              + "\" has to know what to read; declare the value type of the cache"
              + " (MutableConfiguration.setTypes), or choose another codec");
    }
    return new JacksonCodec(this, context);
  }
}
