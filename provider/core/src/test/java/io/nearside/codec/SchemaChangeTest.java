package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.config.RemoteCacheSettings.Compression;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two versions of a class, one with a field more: as the page on codecs says. */
class SchemaChangeTest {
  private static final String NARROW =
      """
      package shop;
      public class Item implements java.io.Serializable {
        private static final long serialVersionUID = 1L;
        public String name = "none";
      }
      """;
  private static final String WIDE =
      NARROW.replace("public String name", "public int count; public String name");

  @TempDir private Path folder;

  private Class<?> compiled(String version, String source) throws Exception {
    Path file = Files.createDirectories(folder.resolve(version)).resolve("Item.java");
    Files.writeString(file, source);
    Path classes = folder.resolve(version + "-classes");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), file.toString());
    assertThat(status).isZero();
    URL[] path = {classes.toUri().toURL()};
    ClassLoader loader = new URLClassLoader(path, getClass().getClassLoader());
    return Class.forName("shop.Item", true, loader);
  }

  private static ValueCodec codec(String name, Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    AllowList allowed = AllowList.of("orders", loader, List.of(type), List.of());
    CodecContext context = new CodecContext("orders", Object.class, type, loader, allowed);
    return new ValueCodec(context, name, Compression.DEFAULT, 1 << 20);
  }

  private static Object readAs(Class<?> type, String name, Class<?> written) throws Exception {
    Object item = written.getDeclaredConstructor().newInstance();
    written.getField("name").set(item, "pen");
    Payload payload = codec(name, written).encode(item);
    byte[] bytes = payload.bytes();
    return codec(name, type)
        .decode(payload.codecId(), payload.compression(), bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fory", "java", "kryo", "jackson-json", "jackson-cbor", "jackson-msgpack"})
  void aFieldMoreOrLessIsPassedOver(String name) throws Exception {
    Class<?> narrow = compiled("narrow", NARROW);
    Class<?> wide = compiled("wide", WIDE);
    Object gained = readAs(wide, name, narrow);
    assertThat(wide.getField("name").get(gained)).isEqualTo("pen");
    assertThat(wide.getField("count").get(gained)).isEqualTo(0);
    Object lost = readAs(narrow, name, wide);
    assertThat(narrow.getField("name").get(lost)).isEqualTo("pen");
  }

  @Test
  void withFstAnotherClassIsAMiss() throws Exception {
    Class<?> narrow = compiled("narrow", NARROW);
    Class<?> wide = compiled("wide", WIDE);
    assertThatThrownBy(() -> readAs(wide, "fst", narrow)).isInstanceOf(UnreadableException.class);
    assertThatThrownBy(() -> readAs(narrow, "fst", wide)).isInstanceOf(UnreadableException.class);
  }
}
