package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.nearside.codec.canary.Songs;
import io.nearside.config.RemoteCacheSettings.Compression;
import io.nearside.store.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that anybody may have written: read, or unreadable, and nothing else. */
@Timeout(value = 40, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class CodecFuzzTest {
  private static final int CODECS = 9;

  /** One half goes to the codecs as it is, the other in envelopes. */
  private static final int ROUNDS =
      Integer.getInteger("fuzz.count", Boolean.getBoolean("test.stress") ? 1_000_000 : 36_000)
          / (2 * CODECS);

  private static final ClassLoader LOADER = CodecFuzzTest.class.getClassLoader();
  private static final String CANARY = "io.nearside.codec.canary.Canary";

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  interface Typed {}

  record Text(String text, List<Integer> numbers) implements Typed {}

  record Envelope(Typed typed, String other) {}

  private static CodecContext context(Class<?> type) {
    AllowList allowed =
        AllowList.of("orders", LOADER, List.of(type), List.of("io.nearside.codec.*"));
    return new CodecContext("orders", Object.class, type, LOADER, allowed);
  }

  private static List<Object> samples(String codec) {
    List<Object> samples = new ArrayList<>();
    if (codec.startsWith("jackson")) {
      samples.add(new Envelope(new Text("a", List.of(1, 2, 3)), "b"));
      samples.add(new Envelope(new Text("another ü", List.of()), "c".repeat(300)));
      return samples;
    }
    if (codec.equals("string")) {
      return List.of("text", "ü€ text");
    }
    if (codec.equals("bytes")) {
      return List.of(new byte[] {1, 2, 3});
    }
    for (CopyCases.Case c : MatrixCases.all()) {
      if (!c.name().contains("10 MB") && !c.name().contains("10,000")) {
        samples.add(c.original().get());
      }
    }
    return samples;
  }

  private static List<byte[]> good(ValueCodec codec, String name) {
    List<byte[]> good = new ArrayList<>();
    for (Object sample : samples(name)) {
      try {
        byte[] bytes = codec.encode(sample).bytes();
        if (bytes.length < 2000) {
          good.add(bytes);
        }
      } catch (CacheException refused) {
        continue;
      }
    }
    assertThat(good).isNotEmpty();
    return good;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fory",
        "fst",
        "java",
        "kryo",
        "jackson-json",
        "jackson-cbor",
        "jackson-msgpack",
        "string",
        "bytes"
      })
  void brokenBytesAreReadOrUnreadable(String name) throws Exception {
    CodecContext context = context(name.startsWith("jackson") ? Envelope.class : Object.class);
    Compression never = new Compression(Compression.Algorithm.NONE, 0);
    ValueCodec codec = new ValueCodec(context, name, never, 1 << 20);
    int id = codec.encode(samples(name).get(0)).codecId();
    List<byte[]> good = new ArrayList<>(good(codec, name));
    good.addAll(canaries(name));
    long seed = Seeds.seed("CodecFuzzTest " + name);
    RandomGenerator random = Seeds.random(seed);
    Mutator mutator = new Mutator(random, good);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = mutator.next();
      read += decode(codec, context, id, bytes, "round " + round) ? 1 : 0;
    }
    System.out.println("fuzz " + name + ": " + ROUNDS + " payloads, " + read + " were readable");
    assertThat(Songs.areHeardFrom(LOADER)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fory",
        "fst",
        "java",
        "kryo",
        "jackson-json",
        "jackson-cbor",
        "jackson-msgpack",
        "string",
        "bytes"
      })
  void whatAnEnvelopeLetsThroughIsWhatWasWritten(String name) {
    CodecContext context = context(name.startsWith("jackson") ? Envelope.class : Object.class);
    Compression never = new Compression(Compression.Algorithm.NONE, 0);
    ValueCodec codec = new ValueCodec(context, name, never, 1 << 20);
    int id = codec.encode(samples(name).get(0)).codecId();
    List<byte[]> payloads = good(codec, name);
    List<byte[]> whole = new ArrayList<>();
    for (byte[] payload : payloads) {
      whole.add(whole(whole.size(), id, payload));
    }
    Mutator mutator = new Mutator(Seeds.random(Seeds.seed("CodecFuzzTest in " + name)), whole);
    int[] counts = new int[3];
    for (int round = 0; round < ROUNDS; round++) {
      int which = round % whole.size();
      byte[] raw = mutator.nextOf(which);
      counts[outcome(codec, raw, which, payloads.get(which)).ordinal()]++;
    }
    String equalUnreadableWrong = java.util.Arrays.toString(counts);
    System.out.println("fuzz " + name + " in " + ROUNDS + " envelopes: " + equalUnreadableWrong);
    assertThat(counts[Outcome.WRONG.ordinal()]).isZero();
    assertThat(counts[Outcome.UNREADABLE.ordinal()]).isPositive();
    assertThat(Songs.areHeardFrom(LOADER)).isFalse();
  }

  private enum Outcome {
    EQUAL,
    UNREADABLE,
    WRONG
  }

  private static byte[] whole(int which, int id, byte[] payload) {
    EnvelopeContent content =
        new EnvelopeContent(
            which,
            id,
            EnvelopeContent.Packing.NONE,
            7,
            "s:" + which,
            which % 2 == 0 ? EnvelopeContent.KeyPlace.REDIS_KEY : EnvelopeContent.KeyPlace.ENVELOPE,
            which % 3 == 0 ? List.of("tag") : List.of(),
            payload);
    return EnvelopeTest.whole(content, 1_800_000_000_000_000L + which);
  }

  private static Outcome outcome(ValueCodec codec, byte[] raw, int which, byte[] written) {
    if (!(io.nearside.codec.Envelope.parse(raw, "s:" + which)
        instanceof io.nearside.codec.Envelope.View view)) {
      return Outcome.UNREADABLE;
    }
    byte[] payload = EnvelopeTest.payload(view);
    if (view.nonce() != which || !java.util.Arrays.equals(payload, written)) {
      return Outcome.WRONG;
    }
    Object value = codec.decode(view.codec(), Compressor.NONE, payload, 0, payload.length);
    return value == null ? Outcome.WRONG : Outcome.EQUAL;
  }

  private static boolean decode(
      ValueCodec codec, CodecContext context, int id, byte[] bytes, String what) {
    try {
      Object value = codec.decode(id, Compressor.NONE, bytes, 0, bytes.length);
      assertThat(context.allowed().allows(value.getClass()))
          .as("%s: %s", what, value.getClass())
          .isTrue();
      return true;
    } catch (UnreadableException expected) {
      return false;
    } catch (Throwable e) {
      throw new AssertionError(what + ": " + java.util.HexFormat.of().formatHex(bytes), e);
    }
  }

  /** A canary as the codec writes it, where it is allowed. */
  private static List<byte[]> canaries(String name) throws ReflectiveOperationException {
    if (name.equals("string") || name.equals("bytes")) {
      return List.of();
    }
    if (name.startsWith("jackson")) {
      byte[] text =
          new ValueCodec(context(Envelope.class), name, Compression.DEFAULT, 1 << 20)
              .encode(new Envelope(new Text("a", List.of()), "b"))
              .bytes();
      String latin = new String(text, StandardCharsets.ISO_8859_1);
      String twin = "io.nearside.codec.CodecFuzzTest$Text";
      assertThat(latin).contains(twin);
      String padded = CANARY + "$".repeat(twin.length() - CANARY.length());
      return List.of(
          latin.replace(twin, padded).getBytes(StandardCharsets.ISO_8859_1),
          latin.replace(twin, CANARY).getBytes(StandardCharsets.ISO_8859_1));
    }
    ClassLoader aviary = Songs.aviary();
    Class<?> type = Class.forName(CANARY, false, aviary);
    AllowList open = AllowList.of("orders", aviary, List.of(type), List.of(CANARY));
    CodecContext context = new CodecContext("orders", Object.class, Object.class, aviary, open);
    ValueCodec codec = new ValueCodec(context, name, Compression.DEFAULT, 1 << 20);
    Object canary = type.getDeclaredConstructor().newInstance();
    return List.of(
        codec.encode(canary).bytes(),
        codec.encode(new ArrayList<>(List.of(canary))).bytes(),
        codec.encode(new Object[] {canary}).bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fory", "fst", "java", "kryo", "jackson-json", "jackson-cbor", "jackson-msgpack"})
  void classesOutsideTheListStayAsleep(String name) throws Exception {
    CodecContext context = context(name.startsWith("jackson") ? Envelope.class : Object.class);
    ValueCodec codec = new ValueCodec(context, name, Compression.DEFAULT, 1 << 20);
    int id = codec.encode(samples(name).get(0)).codecId();
    for (byte[] bytes : canaries(name)) {
      assertThatThrownBy(() -> codec.decode(id, Compressor.NONE, bytes, 0, bytes.length))
          .isInstanceOf(UnreadableException.class);
    }
    assertThat(Songs.areHeardFrom(LOADER)).isFalse();
  }

  @Test
  void brokenCompressionIsUnreadable() {
    long seed = Seeds.seed("CodecFuzzTest compression");
    RandomGenerator random = Seeds.random(seed);
    for (Compression.Algorithm algorithm : Compression.Algorithm.values()) {
      Compression compression = new Compression(algorithm, 1);
      ValueCodec codec = new ValueCodec(context(String.class), "string", compression, 1 << 20);
      Payload payload = codec.encode("compressible ".repeat(50));
      Mutator mutator = new Mutator(random, List.of(payload.bytes()));
      for (int round = 0; round < ROUNDS; round++) {
        byte[] bytes = mutator.next();
        try {
          int way = round % 50 == 0 ? random.nextInt(6) : payload.compression();
          codec.decode(payload.codecId(), way, bytes, 0, bytes.length);
        } catch (UnreadableException expected) {
          continue;
        }
      }
    }
  }
}
