package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.io.Output;
import io.nearside.config.RemoteCacheSettings.Compression;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.apache.fory.Fory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Few bytes, made by hand, that would cost a reader much memory or time, or run code. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class BombTest {
  private static final ClassLoader LOADER = BombTest.class.getClassLoader();

  private static ValueCodec codec(String name) {
    AllowList allowed = AllowList.of("orders", LOADER, List.of(), List.of("io.nearside.codec.**"));
    CodecContext context = new CodecContext("orders", Object.class, Object.class, LOADER, allowed);
    return new ValueCodec(context, name, Compression.DEFAULT, 4 << 20);
  }

  private static void assertUnreadable(String codec, int id, byte[] bytes) {
    assertThatThrownBy(() -> codec(codec).decode(id, 0, bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
  }

  interface Task extends Runnable, Serializable {}

  private static Fory trustingFory() {
    return Fory.builder()
        .withLanguage(org.apache.fory.config.Language.JAVA)
        .withCompatible(true)
        .withRefTracking(true)
        .requireClassRegistration(false)
        .suppressClassRegistrationWarnings(true)
        .withDeserializeUnknownClass(false)
        .serializeEnumByName(true)
        .build();
  }

  /** Fory's own numbers for them never reach its type checker. */
  @Test
  void foryReadsNoLambdasProxiesClassesAndBuffers() {
    Task task = () -> {};
    Object proxy =
        java.lang.reflect.Proxy.newProxyInstance(
            LOADER, new Class<?>[] {Comparable.class}, new FstCodecTestGreeting());
    for (Object payload : List.of(task, proxy, String.class, java.nio.ByteBuffer.allocate(3))) {
      for (Object wrapped : List.of(payload, new ArrayList<>(List.of(payload)))) {
        assertUnreadable("fory", 1, trustingFory().serialize(wrapped));
      }
    }
  }

  static final class FstCodecTestGreeting
      implements java.lang.reflect.InvocationHandler, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments) {
      return 0;
    }
  }

  private static byte[] java(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static byte[] kryo(Object value) {
    CodecContext context =
        new CodecContext(
            "orders",
            Object.class,
            Object.class,
            LOADER,
            AllowList.of("orders", LOADER, List.of(), List.of()));
    try (Output output = new Output(64, -1)) {
      KryoSetup.newKryo(context).writeClassAndObject(output, value);
      return output.toBytes();
    }
  }

  /** Each level holds the two below it: its hash visits twice as many. */
  private static Object doubling(Set<Object> first, Set<Object> second) {
    List<Object> levels = new ArrayList<>();
    Set<Object> one = first;
    Set<Object> other = second;
    for (int level = 0; level < 100; level++) {
      Set<Object> a = newIdentitySet();
      Set<Object> b = newIdentitySet();
      a.add("a" + level);
      one.add(a);
      one.add(b);
      other.add(a);
      other.add(b);
      levels.add(one);
      one = a;
      other = b;
    }
    return first;
  }

  private static Set<Object> newIdentitySet() {
    return new HashSet<>();
  }

  /** The JDK takes it for an error of its own. */
  @Test
  void aMapWithAnOddNumberOfKeysAndValuesIsUnreadable() {
    String odd =
        "aced0005737200116a6176612e7574696c2e436f6c6c536572578eabb63a1ba81103000149000374"
            + "616778700000000377040000000374000161740001627400016378";
    assertUnreadable("java", 3, java.util.HexFormat.of().parseHex(odd));
  }

  @Test
  void setsThatDoubleTheirHashAreUnreadableInJava() throws Exception {
    assertUnreadable("java", 3, java(doubling(new HashSet<>(), new HashSet<>())));
  }

  /** The innermost is made first, so that each array claims its room while all others wait. */
  @ParameterizedTest
  @ValueSource(strings = {"java", "kryo"})
  void nestedArraysDoNotClaimMoreThanTheBytesHold(String name) throws Exception {
    Object[] nested = new Object[1];
    for (int level = 0; level < 200; level++) {
      nested = new Object[] {nested};
    }
    byte[] good = name.equals("java") ? java(nested) : kryo(nested);
    byte[] larger = Arrays.copyOf(good, good.length + 60_000); // room that lengths may claim
    int changed = 0;
    for (int i = 0; i + 5 < good.length; i++) {
      changed += name.equals("java") ? enlargeJava(larger, i) : 0;
    }
    if (name.equals("java")) {
      assertThat(changed).isGreaterThan(150);
    }
    assertUnreadable(name, name.equals("java") ? 3 : 7, larger);
  }

  private static int enlargeJava(byte[] bytes, int at) {
    boolean isArray = bytes[at] == 0x75 && bytes[at + 1] == 0x71; // after the first: by reference
    if (isArray) {
      bytes[at + 7] = 0;
      bytes[at + 8] = 7;
      bytes[at + 9] = 0;
      return 1;
    }
    return 0;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fory", "fst", "java", "kryo"})
  void manyPartsThatTakeFewBytesComeBack(String name) {
    ValueCodec codec = codec(name);
    List<Object> values = new ArrayList<>();
    values.add(new ArrayList<>(Collections.nCopies(100_000, null)));
    values.add(new ArrayList<>(Collections.nCopies(100_000, "same")));
    values.add(new Object[100_000]);
    values.add(new boolean[100_000]);
    values.add(new ArrayList<>(Collections.nCopies(100_000, java.time.DayOfWeek.MONDAY)));
    if (!name.equals("java")) {
      List<Object> empty = new ArrayList<>();
      for (int i = 0; i < 50_000; i++) {
        empty.add(new Fixtures.Empty());
      }
      values.add(empty);
    }
    for (int i = 0; i < 2; i++) {
      for (Object value : values) {
        Payload payload;
        try {
          payload = codec.encode(value);
        } catch (CacheException e) {
          assertThat(name).as("%s", e.getMessage()).isEqualTo("kryo"); // refused, not unreadable
          continue;
        }
        byte[] bytes = payload.bytes();
        Object copy =
            codec.decode(payload.codecId(), payload.compression(), bytes, 0, bytes.length);
        assertThat(copy).hasSameClassAs(value);
      }
    }
  }
}
