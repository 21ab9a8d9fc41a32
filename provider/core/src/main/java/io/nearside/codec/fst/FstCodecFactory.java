package io.nearside.codec.fst;

import io.nearside.codec.Codec;
import io.nearside.codec.CodecContext;
import io.nearside.codec.CodecFactory;
import javax.cache.CacheException;

/** Makes codec {@code fst}, for those who have its bytes or its speed at heart. */
public final class FstCodecFactory implements CodecFactory {
  static final int ID = 2;
  static final String NAME = "fst";

  @Override
  public int id() {
    return ID;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Library library() {
    return new Library(
        "org.nustaq.serialization.FSTConfiguration", "de.ruedigermoeller:fst");
  }

  @Override
  public Codec create(CodecContext context) {
    try {
      // FST asks Unsafe at once, so that a JVM that denies it says so here and not at a first read
      Class.forName("org.nustaq.serialization.util.FSTUtil", true, getClass().getClassLoader());
      return new FstCodec(context);
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      throw unusable(context, "needs the libraries de.ruedigermoeller:fst:3.0.4-jdk17,"
          + " com.fasterxml.jackson.core:jackson-core and org.objenesis:objenesis on the class"
          + " path", e);
    } catch (LinkageError e) {
      throw unusable(context, "needs sun.misc.Unsafe, which this JVM denies; start it with"
          + " --sun-misc-unsafe-memory-access=allow, or use codec \"fory\"", e);
    }
  }

  private static CacheException unusable(CodecContext context, String reason, Throwable cause) {
    return new CacheException(
        "cache \"" + context.cacheName() + "\": codec \"" + NAME + "\" " + reason, cause);
  }
}
