package io.nearside.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** The codecs of one cache: all are read, each made when it is first needed. Thread-safe. */
final class Codecs {
  private static final List<CodecFactory> BUILT_IN =
      List.of(
          new ForyCodec.Factory(),
          new JavaCodec.Factory(),
          JacksonFactory.JSON,
          JacksonFactory.CBOR,
          JacksonFactory.MESSAGE_PACK,
          new KryoCodec.Factory(),
          new StringCodec.Factory(),
          new BytesCodec.Factory());

  private static final int FIRST_OF_OTHERS = 64;
  private static final int LAST_OF_OTHERS = 127;

  private final CodecContext context;
  private final List<CodecFactory> factories;
  private final ConcurrentHashMap<Integer, Codec> made = new ConcurrentHashMap<>();

  Codecs(CodecContext context) {
    this.context = context;
    this.factories = new ArrayList<>(BUILT_IN);
    for (CodecFactory own : ServiceLoader.load(CodecFactory.class, Codecs.class.getClassLoader())) {
      if (isOwn(own)) {
        factories.add(own);
      }
    }
    for (CodecFactory other : ServiceLoader.load(CodecFactory.class, context.loader())) {
      if (!isOwn(other)) {
        add(other);
      }
    }
  }

  /** One that a package below this one brings. */
  private static boolean isOwn(CodecFactory factory) {
    return factory.getClass().getName().startsWith(Codecs.class.getPackageName() + '.');
  }

  private void add(CodecFactory other) {
    if (other.id() < FIRST_OF_OTHERS || other.id() > LAST_OF_OTHERS) {
      throw new CacheException(
          subject() + "codec \"" + other.name() + "\" has id " + other.id() + "; use 64 to 127");
    }
    for (CodecFactory factory : factories) {
      if (factory.id() == other.id() || factory.name().equals(other.name())) {
        throw new CacheException(
            subject()
                + "codec \""
                + other.name()
                + "\" with id "
                + other.id()
                + " has the name or the id of "
                + factory.getClass().getName()
                + "; choose another");
      }
    }
    factories.add(other);
  }

  /**
   * The codec that writes.
   *
   * @throws CacheException if there is none of this name, or its library is missing
   */
  Codec named(String name) {
    for (CodecFactory factory : factories) {
      if (factory.name().equals(name)) {
        requireLibrary(factory);
        return made.computeIfAbsent(factory.id(), id -> factory.create(context));
      }
    }
    throw new CacheException(
        subject()
            + "codec \""
            + name
            + "\" is unknown; there are "
            + factories.stream().map(CodecFactory::name).toList());
  }

  /**
   * The codec that reads what was written under an id.
   *
   * @throws UnreadableException if there is none, or it can't work here
   */
  Codec ofId(int id) {
    Codec codec = made.get(id);
    return codec != null ? codec : made.computeIfAbsent(id, this::make);
  }

  private Codec make(int id) {
    for (CodecFactory factory : factories) {
      if (factory.id() == id) {
        try {
          requireLibrary(factory);
          return factory.create(context);
        } catch (CacheException e) {
          throw new UnreadableException(String.valueOf(e.getMessage()), e);
        }
      }
    }
    throw new UnreadableException(subject() + "no codec has id " + id);
  }

  private void requireLibrary(CodecFactory factory) {
    CodecFactory.Library library = factory.library();
    if (library != null && isMissing(library.className())) {
      throw new CacheException(
          subject()
              + "codec \""
              + factory.name()
              + "\" needs a library that is not on the class path; add "
              + library.coordinates());
    }
  }

  private static boolean isMissing(String className) {
    @Nullable ClassLoader ours = Codecs.class.getClassLoader();
    try {
      Class.forName(className, false, ours);
      return false;
    } catch (ClassNotFoundException | LinkageError e) {
      return true;
    }
  }

  private String subject() {
    return Refusal.subject(context.cacheName());
  }
}
