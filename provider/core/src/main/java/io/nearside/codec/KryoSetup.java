package io.nearside.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.SerializerFactory;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import com.esotericsoftware.kryo.util.MapReferenceResolver;
import java.net.URI;
import java.sql.Timestamp;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** Kryo as values need it: classes by name through the allow-list, references, fields by name. */
final class KryoSetup {
  private KryoSetup() {}

  static Kryo newKryo(CodecContext context) {
    Kryo kryo = new Kryo(new Resolver(context.allowed()), new References());
    kryo.setClassLoader(context.loader());
    kryo.setRegistrationRequired(false);
    kryo.setReferences(true);
    kryo.setMaxDepth(4 * WriteCheck.MAX_DEPTH);
    kryo.setInstantiatorStrategy(
        new com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy(
            new StdInstantiatorStrategy()));
    kryo.setDefaultSerializer(new SerializerFactory.CompatibleFieldSerializerFactory());
    kryo.addDefaultSerializer(UUID.class, DefaultSerializers.UUIDSerializer.class);
    kryo.addDefaultSerializer(URI.class, DefaultSerializers.URISerializer.class);
    kryo.addDefaultSerializer(
        AtomicBoolean.class, DefaultSerializers.AtomicBooleanSerializer.class);
    kryo.addDefaultSerializer(
        AtomicInteger.class, DefaultSerializers.AtomicIntegerSerializer.class);
    kryo.addDefaultSerializer(AtomicLong.class, DefaultSerializers.AtomicLongSerializer.class);
    kryo.addDefaultSerializer(
        AtomicReference.class, DefaultSerializers.AtomicReferenceSerializer.class);
    kryo.addDefaultSerializer(Timestamp.class, new TimestampSerializer());
    return kryo;
  }

  /** Numbers of objects come the same way as lengths, and may be many and large. */
  static final class References extends MapReferenceResolver {
    private @Nullable KryoInput input;

    void of(@Nullable KryoInput source) {
      input = source;
    }

    @Override
    public Object getReadObject(Class type, int id) {
      if (input != null) {
        input.unclaim();
      }
      return super.getReadObject(type, id);
    }
  }

  /** By name, before the class is loaded; a class that is written is looked at before this. */
  private static final class Resolver extends DefaultClassResolver {
    private final AllowList allowed;

    Resolver(AllowList allowed) {
      this.allowed = allowed;
    }

    @Override
    protected Class<?> getTypeByName(String className) {
      if (className == null || !allowed.allows(className)) {
        throw new KryoException("a class that is not allowed");
      }
      return super.getTypeByName(className);
    }

    @Override
    public Registration registerImplicit(Class type) {
      if (!allowed.allows((Class<?>) type)) {
        throw new KryoException("a class that is not allowed");
      }
      return super.registerImplicit(type);
    }
  }

  /** Kryo's own writes nanoseconds where {@link KryoInput} expects lengths. */
  private static final class TimestampSerializer extends Serializer<Timestamp> {
    @Override
    public void write(Kryo kryo, Output output, Timestamp timestamp) {
      output.writeLong(timestamp.getTime());
      output.writeInt(timestamp.getNanos());
    }

    @Override
    public Timestamp read(Kryo kryo, Input input, Class<? extends Timestamp> type) {
      Timestamp timestamp = new Timestamp(input.readLong());
      timestamp.setNanos(input.readInt());
      return timestamp;
    }
  }
}
