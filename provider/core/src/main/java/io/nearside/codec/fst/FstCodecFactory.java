package io.nearside.codec.fst;

import io.nearside.codec.Codec;
import io.nearside.codec.CodecContext;
import io.nearside.codec.CodecFactory;
import java.util.List;
import javax.cache.CacheException;

/** Makes codec {@code fst}, for those who have its bytes or its speed at heart. */
public final class FstCodecFactory implements CodecFactory {
  static final int ID = 2;
  static final String NAME = "fst";

  private static final String UNSAFE_USER = "org.nustaq.serialization.util.FSTUtil";
  private static final List<String> NEEDED =
      List.of(UNSAFE_USER, "com.fasterxml.jackson.core.JsonFactory", "org.objenesis.Objenesis");

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
    return new Library("org.nustaq.serialization.FSTConfiguration", "de.ruedigermoeller:fst");
  }

  @Override
  public Codec create(CodecContext context) {
    try {
      for (String name : NEEDED) {
        Class.forName(name, false, getClass().getClassLoader());
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw unusable(
          context,
          "needs de.ruedigermoeller:fst:3.0.4-jdk17, com.fasterxml.jackson.core:jackson-core and"
              + " org.objenesis:objenesis on the class path",
          e);
    }
    try {
      // FST asks Unsafe at once, so that a JVM that denies it says so here and not at a first read
      Class.forName(UNSAFE_USER, true, getClass().getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw unusable(
          context,
          "needs sun.misc.Unsafe, which this JVM denies; start it with"
              + " --sun-misc-unsafe-memory-access=allow, or use codec \"fory\"",
          e);
    }
    return new FstCodec(context);
  }

  private static CacheException unusable(CodecContext context, String reason, Throwable cause) {
    return new CacheException(
        "cache \"" + context.cacheName() + "\": codec \"" + NAME + "\" " + reason, cause);
  }
}
