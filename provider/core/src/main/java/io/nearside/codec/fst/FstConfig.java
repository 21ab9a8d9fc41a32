package io.nearside.codec.fst;

import io.nearside.codec.CodecContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTClassInstantiator;
import org.nustaq.serialization.FSTClazzInfoRegistry;
import org.nustaq.serialization.FSTConfiguration;
import org.nustaq.serialization.FSTDecoder;
import org.nustaq.serialization.FSTEncoder;
import org.nustaq.serialization.coders.FSTStreamEncoder;
import sun.reflect.ReflectionFactory;

/** FST's configuration for one cache. Thread-safe once it is made. */
@SuppressWarnings("rawtypes") // as FST is
final class FstConfig extends FSTConfiguration {
  /** As deep as a value may be nested. */
  static final int MAX_DEPTH = 1_000;

  private final ClassInfos infos;

  FstConfig(CodecContext context) {
    super(null);
    this.infos = new ClassInfos(context, this);
    setForceSerializable(true);
    setInstantiator(new Unconstructed());
    setClassLoader(context.loader());
    setStreamCoderFactory(new Coders());
    infos.addNumbered();
  }

  ClassInfos infos() {
    return infos;
  }

  @Override
  public FSTClazzInfoRegistry getCLInfoRegistry() {
    return infos;
  }

  private final class Coders implements StreamCoderFactory {
    @Override
    public FSTEncoder createStreamEncoder() {
      return new FSTStreamEncoder(FstConfig.this);
    }

    @Override
    public FSTDecoder createStreamDecoder() {
      return new SafeDecoder(FstConfig.this);
    }

    @Override
    public ThreadLocal getInput() {
      throw new UnsupportedOperationException("readers come from a pool");
    }

    @Override
    public ThreadLocal getOutput() {
      throw new UnsupportedOperationException("writers come from a pool");
    }
  }

  /** Makes objects without running a constructor of theirs, as all their fields are read. */
  private static final class Unconstructed implements FSTClassInstantiator {
    @Override
    public Object newInstance(
        Class type, Constructor constructor, boolean requiresInit, boolean unsafeAsLastResort) {
      try {
        return constructor.newInstance();
      } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
        throw Refused.because(type, "can't be created without its constructor");
      }
    }

    @Override
    public @Nullable Constructor findConstructorForExternalize(Class type) {
      return findConstructorForSerializable(type);
    }

    @Override
    @SuppressWarnings("unchecked") // as FST is
    public @Nullable Constructor findConstructorForSerializable(Class type) {
      if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || type.isArray()) {
        return null;
      }
      try {
        return ReflectionFactory.getReflectionFactory()
            .newConstructorForSerialization(type, Object.class.getDeclaredConstructor());
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
