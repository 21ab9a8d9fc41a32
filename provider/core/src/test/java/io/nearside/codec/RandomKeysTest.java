package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nearside.store.Seeds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random keys: equal means equal text, and back again; random texts: never another exception. */
class RandomKeysTest {
  private static final boolean STRESS = Boolean.getBoolean("test.stress");

  private final KeyCodec codec = KeyCases.codec();
  private final long seed = Seeds.seed("RandomKeysTest");
  private final RandomGenerator random = Seeds.random(seed);

  @Test
  void keysAreEqualExactlyIfTheirTextsAre() {
    Map<Object, String> texts = new HashMap<>();
    Map<String, Object> keys = new HashMap<>();
    for (int i = 0; i < (STRESS ? 1_000_000 : 20_000); i++) {
      Object key = key(3);
      String text = codec.encode(key);
      assertThat(texts.putIfAbsent(key, text)).as("seed %s", seed).isIn(null, text);
      assertThat(keys.putIfAbsent(text, key)).as("seed %s", seed).isIn(null, key);
      assertThat(codec.decode(text)).as("seed %s", seed).isEqualTo(key);
    }
    assertThat(texts.size()).isEqualTo(keys.size()).isGreaterThan(1_000);
  }

  @Test
  void anEqualKeyMadeInAnotherOrderHasTheSameText() {
    for (int i = 0; i < 5_000; i++) {
      List<@Nullable Object> elements = elements(2);
      Set<Object> one = new LinkedHashSet<>(elements);
      Collections.shuffle(elements, new Random(i));
      Set<Object> other = new LinkedHashSet<>(elements);
      assertThat(codec.encode(one)).as("seed %s", seed).isEqualTo(codec.encode(other));
    }
  }

  @Test
  void randomTextsAreUnreadableOrCanonical() {
    List<Object> keys = KeyCases.keys();
    for (int i = 0; i < (STRESS ? 2_000_000 : 50_000); i++) {
      String text =
          random.nextInt(4) == 0
              ? letters()
              : mutated(codec.encode(keys.get(random.nextInt(keys.size()))));
      assertThatCode(() -> assertThat(codec.encode(codec.decode(text))).isEqualTo(text))
          .as("seed %s, text %s", seed, text)
          .satisfiesAnyOf(
              thrown -> assertThat(thrown).isNull(),
              thrown -> assertThat(thrown).isInstanceOf(UnreadableException.class));
    }
  }

  private String mutated(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int n = random.nextInt(3); n >= 0 && !out.isEmpty(); n--) {
      int at = random.nextInt(out.length());
      switch (random.nextInt(4)) {
        case 0 -> out.deleteCharAt(at);
        case 1 -> out.insert(at, letter());
        case 2 -> out.setCharAt(at, letter());
        default -> out.insert(at, out.substring(random.nextInt(at + 1), at));
      }
    }
    return out.toString();
  }

  private String letters() {
    StringBuilder out = new StringBuilder();
    for (int n = random.nextInt(20); n > 0; n--) {
      out.append(letter());
    }
    return out.toString();
  }

  private char letter() {
    return random.nextInt(20) == 0
        ? (char) random.nextInt(0x10000)
        : "abdefhilnorsuyz0129%:(),=.-+EPT {}~u\ud83d\ude00\n".charAt(random.nextInt(39));
  }

  private List<@Nullable Object> elements(int depth) {
    List<@Nullable Object> elements = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      elements.add(random.nextInt(10) == 0 ? null : key(depth - 1));
    }
    return elements;
  }

  /** Small ranges, so that equal keys come up. */
  private Object key(int depth) {
    int small = random.nextInt(-2, 3);
    return switch (random.nextInt(depth > 0 ? 22 : 14)) {
      case 0, 1 -> letters();
      case 2 -> small;
      case 3 -> (long) small;
      case 4 -> (short) small;
      case 5 -> (char) ('0' + small);
      case 6 -> small / 4.0 * (random.nextBoolean() ? 1 : random.nextDouble());
      case 7 -> (float) Double.longBitsToDouble(random.nextLong());
      case 8 -> Double.longBitsToDouble(random.nextLong());
      case 9 -> BigDecimal.valueOf(small * 10L, random.nextInt(-2, 3));
      case 10 -> BigInteger.valueOf(small);
      case 11 -> new UUID(small, small);
      case 12 -> Instant.ofEpochSecond(random.nextInt(), small + 2);
      case 13 -> small < 0 ? KeyCases.Colour.RED : KeyCases.Operation.ADD;
      case 14, 15 -> elements(depth);
      case 16 -> new LinkedHashSet<>(elements(depth));
      case 17 -> map(depth);
      case 18 -> Optional.of(key(depth - 1));
      case 19 -> new KeyCases.Id(letters(), small);
      case 20 -> new KeyCases.OrderId(letters(), small);
      default ->
          new KeyCases.Mixed(key(depth - 1), KeyCases.Colour.RED, small, small / 2.0, 'x', null);
    };
  }

  private Map<@Nullable Object, @Nullable Object> map(int depth) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (Object key : elements(depth)) {
      map.put(key, random.nextInt(5) == 0 ? null : key(depth - 1));
    }
    return map;
  }
}
