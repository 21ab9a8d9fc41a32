package io.nearside.codec;

import java.lang.invoke.SerializedLambda;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.fory.Fory;
import org.apache.fory.config.Config;
import org.apache.fory.config.ForyBuilder;
import org.apache.fory.config.Language;
import org.apache.fory.context.ReadContext;
import org.apache.fory.context.WriteContext;
import org.apache.fory.exception.InsecureException;
import org.apache.fory.serializer.JdkProxySerializer;
import org.apache.fory.serializer.LambdaSerializer;
import org.apache.fory.serializer.Serializer;

/**
 * Apache Fory: the default. Instances are not thread-safe and dear, so they are kept and lent.
 * Compatible mode: a class may gain and lose fields between writer and reader.
 */
final class ForyCodec implements Codec {
  private static final int MAX_IDLE = 64;

  /** What broken bytes leave behind in an instance is thrown away with it. */
  private static final int MAX_FAILURES = 1000;

  /** Fory reads them by number, past its type checker: what they stand for names code to run. */
  private static final List<Class<?>> NEVER_READ =
      List.of(
          Class.class,
          SerializedLambda.class,
          LambdaSerializer.ReplaceStub.class,
          JdkProxySerializer.ReplaceStub.class,
          ByteBuffer.allocate(0).getClass(),
          ByteBuffer.allocateDirect(0).getClass());

  private final CodecContext context;
  private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();

  private ForyCodec(CodecContext context) {
    this.context = context;
  }

  @Override
  public int id() {
    return 1;
  }

  @Override
  public String name() {
    return "fory";
  }

  @Override
  public byte[] encode(Object value) {
    Worker worker = borrow();
    try {
      byte[] bytes = worker.fory.serialize(value);
      giveBack(worker);
      return bytes;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw Refusal.notCarried(
          context,
          new Refusal.Culprit(
              name(), value.getClass().getName(), "fails in serialisation (" + e + ")", e));
    }
  }

  @Override
  public Object decode(byte[] bytes, int offset, int length) {
    byte[] exact =
        offset == 0 && length == bytes.length
            ? bytes
            : java.util.Arrays.copyOfRange(bytes, offset, offset + length);
    Worker worker = borrow();
    try {
      Object value = worker.fory.deserialize(exact);
      giveBack(worker);
      if (value == null) {
        throw new UnreadableException("bytes of null");
      }
      return value;
    } catch (UnreadableException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      if (++worker.failures < MAX_FAILURES) {
        giveBack(worker);
      }
      throw new UnreadableException("not what Fory writes", e);
    }
  }

  private Worker borrow() {
    Worker worker = idle.pollLast();
    return worker != null ? worker : new Worker(newFory());
  }

  private void giveBack(Worker worker) {
    if (idle.size() < MAX_IDLE) {
      idle.addLast(worker);
    }
  }

  private Fory newFory() {
    Fory fory = builder().build();
    for (Class<?> type : NEVER_READ) {
      fory.registerSerializer(type, new Refusing(fory.getConfig(), type));
    }
    return fory;
  }

  private ForyBuilder builder() {
    return Fory.builder()
        .withLanguage(Language.JAVA)
        .withClassLoader(context.loader())
        .withCompatible(true)
        .withRefTracking(true)
        .requireClassRegistration(false)
        .suppressClassRegistrationWarnings(true)
        .withDeserializeUnknownClass(false)
        .serializeEnumByName(true)
        .withMaxDepth(WriteCheck.MAX_DEPTH)
        .withTypeChecker((resolver, className) -> check(className));
  }

  private boolean check(String className) {
    if (context.allowed().allows(className)) {
      return true;
    }
    throw new InsecureException("not allowed: " + Refusal.shortened(className));
  }

  /** Neither writes nor reads. */
  private static final class Refusing extends Serializer<Object> {
    @SuppressWarnings("unchecked") // no object of the class is ever touched
    Refusing(Config config, Class<?> type) {
      super(config, (Class<Object>) type);
    }

    @Override
    public void write(WriteContext context, Object value) {
      throw new InsecureException("not allowed: " + type.getName());
    }

    @Override
    public Object read(ReadContext context) {
      throw new InsecureException("not allowed: " + type.getName());
    }
  }

  private static final class Worker {
    private final Fory fory;
    private int failures;

    Worker(Fory fory) {
      this.fory = fory;
    }
  }

  /** Makes it. */
  static final class Factory implements CodecFactory {
    @Override
    public int id() {
      return 1;
    }

    @Override
    public String name() {
      return "fory";
    }

    @Override
    public Codec create(CodecContext context) {
      return new ForyCodec(context);
    }
  }
}
