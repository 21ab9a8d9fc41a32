package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.config.RemoteCacheSettings.Compression;
import io.nearside.config.RemoteCacheSettings.Compression.Algorithm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueCodecTest {
  private static final int SMALL_STACK = 64 << 10;

  private static final ClassLoader LOADER = ValueCodecTest.class.getClassLoader();
  private static final List<String> ALL =
      List.of("fory", "java", "kryo", "jackson-json", "jackson-cbor", "jackson-msgpack");

  private static ValueCodec codec(String name, Class<?> type, String... allowed) {
    return codec(name, type, Compression.DEFAULT, allowed);
  }

  private static ValueCodec codec(
      String name, Class<?> type, Compression compression, String... allowed) {
    AllowList list = AllowList.of("orders", LOADER, List.of(type), List.of(allowed));
    CodecContext context = new CodecContext("orders", Object.class, type, LOADER, list);
    return new ValueCodec(context, name, compression, 1 << 20);
  }

  private static Object read(ValueCodec codec, Payload p) {
    return codec.decode(p.codecId(), p.compression(), p.bytes(), 0, p.bytes().length);
  }

  @Test
  void aFleetThatChangesItsCodecReadsBothWriters() {
    MatrixCases.Money money = new MatrixCases.Money(new java.math.BigDecimal("1.20"), "EUR");
    for (String older : ALL) {
      for (String newer : ALL) {
        ValueCodec one = codec(older, MatrixCases.Money.class);
        ValueCodec other = codec(newer, MatrixCases.Money.class);
        assertThat(read(other, one.encode(money))).isEqualTo(money);
        assertThat(read(one, other.encode(money))).isEqualTo(money);
      }
    }
  }

  @Test
  void idsOnTheWireAreFixed() {
    List<Integer> ids =
        ALL.stream()
            .map(name -> codec(name, MatrixCases.Key.class).encode(new MatrixCases.Key(1, 2)))
            .map(Payload::codecId)
            .toList();
    assertThat(ids).containsExactly(1, 3, 7, 4, 5, 6);
    assertThat(codec("string", String.class).encode("a").codecId()).isEqualTo(8);
    assertThat(codec("bytes", byte[].class).encode(new byte[1]).codecId()).isEqualTo(9);
  }

  @Test
  void aClassOutsideTheListIsRefusedAtWriteWithTheLineToPaste() {
    Fixtures.Line line = new Fixtures.Line("a", 1);
    for (String name : List.of("fory", "java", "kryo")) {
      assertThatThrownBy(() -> codec(name, Object.class).encode(new ArrayList<>(List.of(line))))
          .isInstanceOf(CacheException.class)
          .hasMessageStartingWith("cache \"orders\": ")
          .hasMessageEndingWith("allowedTypes: [\"io.nearside.codec.Fixtures$Line\"]");
      ValueCodec listed = codec(name, Object.class, "io.nearside.codec.Fixtures$Line");
      assertThat(read(listed, listed.encode(line))).isInstanceOf(Fixtures.Line.class);
    }
  }

  @Test
  void whatOnlyTheWriterAllowsIsUnreadable() {
    for (String name : List.of("fory", "java", "kryo")) {
      Payload payload = codec(name, Fixtures.Line.class).encode(new Fixtures.Line("a", 1));
      assertThatThrownBy(() -> read(codec(name, Object.class), payload))
          .isInstanceOf(UnreadableException.class);
    }
  }

  @Test
  void whatIsInsideAValueCountsToo() {
    Fixtures.Holder holder = new Fixtures.Holder(new Thread());
    ValueCodec codec = codec("fory", Object.class, "io.nearside.codec.*");
    codec.encode(new Fixtures.Holder("fine"));
    assertThatThrownBy(() -> codec.encode(holder)).hasMessageContaining("java.lang.Thread");
    assertThatThrownBy(() -> codec.encode((Runnable & java.io.Serializable) () -> {}))
        .hasMessageContaining("lambda");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fory", "java", "kryo"})
  void depthIsBoundedAtWriteSoThatReadersCanRead(String name) {
    ValueCodec codec = codec(name, Fixtures.Node.class);
    int most = name.equals("fory") ? 1000 : 250;
    Object deep = read(codec, codec.encode(chain(most)));
    assertThat(deep).isInstanceOf(Fixtures.Node.class);
    assertThatThrownBy(() -> codec.encode(chain(most + 1)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("nested deeper than");
  }

  /** How deep that is depends on the thread, and on what the JVM has compiled. */
  @Test
  void aStackThatIsTooSmallToLookAtAValueRefusesItWithARemedy() throws Exception {
    ValueCodec codec = codec("fory", Fixtures.Node.class);
    CompletableFuture<byte[]> written = new CompletableFuture<>();
    Thread small =
        new Thread(
            null,
            () -> {
              try {
                written.complete(codec.encode(chain(1000)).bytes());
              } catch (Throwable e) {
                written.completeExceptionally(e);
              }
            },
            "small stack",
            SMALL_STACK);
    small.start();
    assertThatThrownBy(written::get)
        .cause()
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("nested deeper than the stack of this thread can follow; choose");
  }

  private static Fixtures.Node chain(int length) {
    Fixtures.Node first = new Fixtures.Node();
    Fixtures.Node last = first;
    for (int i = 1; i < length; i++) {
      last.next = new Fixtures.Node();
      last = last.next;
    }
    return first;
  }

  @Test
  void laterWritesOfAKnownClassAreTriedWithEveryNewPart() {
    ValueCodec codec = codec("jackson-json", MatrixCases.UntypedMap.class);
    codec.encode(new MatrixCases.UntypedMap(Map.of("a", 1)));
    assertThatThrownBy(() -> codec.encode(new MatrixCases.UntypedMap(Map.of("a", 1L))))
        .hasMessageContaining("is read back as something else");
    ValueCodec kryo = codec("kryo", Object.class, "io.nearside.codec.*");
    kryo.encode(new Fixtures.Holder("a"));
    assertThatThrownBy(() -> kryo.encode(new Fixtures.Holder(Fixtures.Singleton.INSTANCE)))
        .hasMessageContaining("serial form");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fory", "kryo"})
  void nullIsAPartLikeAnyOther(String name) {
    ValueCodec codec = codec(name, Object.class);
    codec.encode(java.util.stream.Stream.of(new Date(1), new Date(2), "x").toList());
    assertThatThrownBy(
            () -> codec.encode(java.util.stream.Stream.of(new Date(1), null, "x").toList()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("can't be read back");
  }

  @Test
  void valuesOverTheMaximumAreRefused() {
    assertThatThrownBy(() -> codec("bytes", byte[].class).encode(new byte[(1 << 20) + 1]))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("remote.maximumValueBytes 1048576");
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void compressionIsKeptOnlyWhereItPays(Algorithm algorithm) {
    ValueCodec codec = codec("bytes", byte[].class, new Compression(algorithm, 100));
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    Payload uncompressed = codec.encode(noise);
    assertThat(uncompressed.compression()).isZero();
    assertThat(read(codec, uncompressed)).isEqualTo(noise);
    assertThat(codec.encode(new byte[99]).compression()).isZero();
    Payload smaller = codec.encode(new byte[10_000]);
    assertThat(smaller.compression()).isEqualTo(algorithm.ordinal());
    assertThat(read(codec("string", String.class), smaller)).isEqualTo(new byte[10_000]);
    if (algorithm != Algorithm.NONE) {
      assertThat(smaller.bytes().length).isLessThan(200);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aDeclaredLengthIsCheckedBeforeAnythingIsAllocated(int way) {
    ValueCodec codec = codec("bytes", byte[].class);
    for (int declared : new int[] {Integer.MAX_VALUE, -1, (4 << 20) + 1}) {
      byte[] bomb = ByteBuffer.allocate(1 << 17).putInt(declared).array();
      assertThatThrownBy(() -> codec.decode(9, way, bomb, 0, bomb.length))
          .isInstanceOf(UnreadableException.class)
          .hasMessageContaining("the cap is " + (4 << 20));
    }
  }

  @Test
  void whatIsUnknownIsUnreadable() {
    ValueCodec codec = codec("fory", Object.class);
    byte[] bytes = codec.encode("a").bytes();
    assertThatThrownBy(() -> codec.decode(63, 0, bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
    assertThatThrownBy(() -> codec.decode(1, 7, bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
    assertThatThrownBy(() -> codec.decode(4, 0, bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("declare the value type");
  }

  @Test
  void configurationErrorsSayWhatToDo() {
    assertThatThrownBy(() -> codec("forry", Object.class))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith("cache \"orders\": codec \"forry\" is unknown; there are [fory,");
    assertThatThrownBy(() -> codec("jackson-cbor", Object.class))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("setTypes");
  }

  @Test
  void stringsAndBytesTakeNothingElse() {
    assertThatThrownBy(() -> codec("string", Object.class).encode(1L))
        .hasMessageContaining("is not a String");
    assertThatThrownBy(() -> codec("bytes", Object.class).encode("a"))
        .hasMessageContaining("is not a byte[]");
    assertThatThrownBy(() -> codec("string", Object.class).encode("\ud800"))
        .hasMessageContaining("surrogate");
  }

  @Test
  void partOfALargerArrayIsRead() {
    for (String name : List.of("fory", "java", "kryo")) {
      ValueCodec codec = codec(name, Object.class);
      byte[] bytes = codec.encode(new Date(7)).bytes();
      byte[] larger = new byte[bytes.length + 20];
      System.arraycopy(bytes, 0, larger, 13, bytes.length);
      int id = codec.encode("a").codecId();
      assertThat(codec.decode(id, 0, larger, 13, bytes.length)).isEqualTo(new Date(7));
    }
  }
}
