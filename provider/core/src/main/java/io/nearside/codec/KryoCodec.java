package io.nearside.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * Kryo 5. It passes over the serial forms that classes define, and over the fields of collections,
 * so both are refused at write.
 */
final class KryoCodec implements Codec {
  private static final int MAX_IDLE = 64;

  private final CodecContext context;
  private final ConcurrentLinkedDeque<Kryo> idle = new ConcurrentLinkedDeque<>();

  private KryoCodec(CodecContext context) {
    this.context = context;
  }

  @Override
  public int id() {
    return 7;
  }

  @Override
  public String name() {
    return "kryo";
  }

  @Override
  public @Nullable String refuses(Class<?> type) {
    if (Enum.class.isAssignableFrom(type) || type.isArray()) {
      return null;
    }
    if (Immutability.isJdk(type)) {
      return Throwable.class.isAssignableFrom(type) ? "is a Throwable" : null;
    }
    if (Parts.definesSerialForm(type)) {
      return "defines its own serial form, which Kryo would pass over";
    }
    return Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)
        ? "is a collection with a class of its own"
        : null;
  }

  @Override
  public byte[] encode(Object value) {
    Kryo kryo = borrow();
    try (KryoOutput output = new KryoOutput()) {
      kryo.writeClassAndObject(output, value);
      byte[] bytes = output.toBytes();
      giveBack(kryo);
      if (output.claimsMoreThanItHolds()) {
        decode(bytes, 0, bytes.length); // its own limits may refuse what was written
      }
      return bytes;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw Refusal.notCarried(
          context,
          new Refusal.Culprit(
              name(),
              value.getClass().getName(),
              "fails in Kryo (" + e.getClass().getName() + ")",
              e));
    }
  }

  @Override
  public int maxDepth() {
    return WriteCheck.MAX_DEPTH_OF_FRAMES;
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    Kryo kryo = borrow();
    KryoSetup.References references = (KryoSetup.References) kryo.getReferenceResolver();
    try (KryoInput input = new KryoInput(bytes, offset, length)) {
      references.of(input);
      Object value = kryo.readClassAndObject(input);
      if (value == null || !input.end()) {
        throw new KryoException("not one object");
      }
      references.of(null);
      giveBack(kryo);
      return value;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      kryo.reset();
      references.of(null);
      giveBack(kryo);
      throw new UnreadableException("not what Kryo writes", e);
    }
  }

  private Kryo borrow() {
    Kryo kryo = idle.pollLast();
    return kryo != null ? kryo : KryoSetup.newKryo(context);
  }

  private void giveBack(Kryo kryo) {
    if (idle.size() < MAX_IDLE) {
      idle.addLast(kryo);
    }
  }

  /** Makes it. */
  static final class Factory implements CodecFactory {
    @Override
    public int id() {
      return 7;
    }

    @Override
    public String name() {
      return "kryo";
    }

    @Override
    public Library library() {
      return new Library("com.esotericsoftware.kryo.Kryo", "com.esotericsoftware:kryo");
    }

    @Override
    public Codec create(CodecContext context) {
      return new KryoCodec(context);
    }
  }
}
