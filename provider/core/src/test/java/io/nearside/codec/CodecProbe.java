package io.nearside.codec;

import io.nearside.config.RemoteCacheSettings.Compression;
import java.util.List;

/** A program of its own: what configuring a codec, and reading one's bytes, says in its JVM. */
final class CodecProbe {
  private CodecProbe() {}

  /** Codec to write with, and number of the codec to read with. */
  public static void main(String[] arguments) {
    ClassLoader loader = CodecProbe.class.getClassLoader();
    AllowList allowed = AllowList.of("orders", loader, List.of(), List.of());
    CodecContext context = new CodecContext("orders", Object.class, Object.class, loader, allowed);
    try {
      ValueCodec codec = new ValueCodec(context, arguments[0], Compression.DEFAULT, 1 << 20);
      System.out.println("codec " + codec.encode("a").codecId());
      codec.decode(Integer.parseInt(arguments[1]), 0, new byte[9], 0, 9);
      System.out.println("read");
    } catch (RuntimeException e) {
      System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
    }
  }
}
