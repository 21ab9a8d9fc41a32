package io.nearside.codec;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import com.fasterxml.jackson.databind.module.SimpleAbstractTypeResolver;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.Set;

/** Jackson as values need it: all fields, nothing but fields, and types as precise as they can. */
final class JacksonMappers {
  /** Levels of text are more than levels of objects. */
  private static final int MAX_NESTING = 4 * WriteCheck.MAX_DEPTH;

  private static final JsonFormat.Value TEXT = JsonFormat.Value.forShape(JsonFormat.Shape.STRING);

  private static final String[] MODULES = {
    "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule",
    "com.fasterxml.jackson.datatype.jdk8.Jdk8Module"
  };

  private JacksonMappers() {}

  static ObjectMapper mapper(JacksonFactory format, CodecContext context) {
    JsonFactory factory = factory(format);
    factory.setStreamReadConstraints(
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_NESTING)
            .maxStringLength(Integer.MAX_VALUE)
            .build());
    factory.setStreamWriteConstraints(
        StreamWriteConstraints.builder().maxNestingDepth(MAX_NESTING).build());
    ObjectMapper mapper = new ObjectMapper(factory);
    mapper.setTypeFactory(TypeFactory.defaultInstance().withClassLoader(context.loader()));
    mapper.setVisibility(PropertyAccessor.ALL, Visibility.NONE);
    mapper.setVisibility(PropertyAccessor.FIELD, Visibility.ANY);
    mapper.setVisibility(PropertyAccessor.CREATOR, Visibility.ANY);
    mapper.setPolymorphicTypeValidator(new Validator(context.allowed()));
    mapper.configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, false);
    mapper.configure(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, false);
    mapper.configure(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS, false);
    mapper.configure(SerializationFeature.WRITE_DATES_WITH_ZONE_ID, true);
    mapper.configure(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE, false);
    mapper.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);
    mapper.configure(
        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
        format != JacksonFactory.MESSAGE_PACK); // its parser takes the end for an error
    if (format == JacksonFactory.MESSAGE_PACK) { // which has no decimals, and would round them
      mapper.configOverride(BigDecimal.class).setFormat(TEXT);
      mapper.configOverride(BigInteger.class).setFormat(TEXT);
    }
    SimpleModule ordered = new SimpleModule("nearside");
    ordered.setAbstractTypes(
        new SimpleAbstractTypeResolver().addMapping(Set.class, LinkedHashSet.class));
    mapper.registerModule(ordered);
    registerModules(mapper);
    return mapper;
  }

  private static JsonFactory factory(JacksonFactory format) {
    if (format == JacksonFactory.JSON) {
      return new JsonFactory();
    }
    return format == JacksonFactory.CBOR ? Cbor.factory() : MessagePack.factory();
  }

  /** Those that are there; without them their types are refused at write. */
  private static void registerModules(ObjectMapper mapper) {
    for (String name : MODULES) {
      try {
        Class<?> module = Class.forName(name, true, JacksonMappers.class.getClassLoader());
        mapper.registerModule((Module) module.getDeclaredConstructor().newInstance());
      } catch (ReflectiveOperationException | LinkageError e) {
        continue;
      }
    }
  }

  /** Apart, so that it is linked only when its library is there. */
  private static final class Cbor {
    static JsonFactory factory() {
      return new com.fasterxml.jackson.dataformat.cbor.CBORFactory();
    }
  }

  /** Apart, so that it is linked only when its library is there. */
  private static final class MessagePack {
    static JsonFactory factory() {
      return new org.msgpack.jackson.dataformat.MessagePackFactory();
    }
  }

  /** Lets annotations of the application name only classes of the allow-list. */
  private static final class Validator extends PolymorphicTypeValidator.Base {
    private static final long serialVersionUID = 1L;
    private final transient AllowList allowed;

    Validator(AllowList allowed) {
      this.allowed = allowed;
    }

    @Override
    public Validity validateBaseType(MapperConfig<?> config, JavaType baseType) {
      return Validity.INDETERMINATE;
    }

    @Override
    public Validity validateSubClassName(
        MapperConfig<?> config, JavaType baseType, String subClassName) {
      return allowed.allows(subClassName) ? Validity.ALLOWED : Validity.DENIED;
    }

    @Override
    public Validity validateSubType(MapperConfig<?> config, JavaType baseType, JavaType subType) {
      return allowed.allows(subType.getRawClass()) ? Validity.ALLOWED : Validity.DENIED;
    }
  }
}
