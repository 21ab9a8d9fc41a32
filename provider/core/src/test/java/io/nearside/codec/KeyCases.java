package io.nearside.codec;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keys of every kind, and what makes and reads their texts. */
final class KeyCases {
  static final AllowList OWN_CLASSES = allowing("io.nearside.");

  private KeyCases() {}

  enum Colour {
    RED,
    GREEN
  }

  /** With bodies, so that a constant's class is not the enum's. */
  enum Operation {
    ADD {
      @Override
      int apply(int a, int b) {
        return a + b;
      }
    },
    SUBTRACT {
      @Override
      int apply(int a, int b) {
        return a - b;
      }
    };

    abstract int apply(int a, int b);
  }

  record Id(String shop, long number) {}

  record Mixed(
      @Nullable Object any,
      Colour colour,
      int count,
      double ratio,
      char letter,
      @Nullable Operation operation) {}

  record Nothing() {}

  /** As JPA wants an id class to be. */
  static class OrderId implements Serializable {
    private static final long serialVersionUID = 1L;

    private String shop = "";
    private int number;
    private transient int looked;

    protected OrderId() {}

    OrderId(String shop, int number) {
      this.shop = shop;
      this.number = number;
      this.looked = 1;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof OrderId id && id.number == number && id.shop.equals(shop);
    }

    @Override
    public int hashCode() {
      return Objects.hash(shop, number);
    }
  }

  static final class LineId extends OrderId {
    private static final long serialVersionUID = 1L;

    private final int line;

    LineId(String shop, int number, int line) {
      super(shop, number);
      this.line = line;
    }

    @Override
    public boolean equals(Object other) {
      return super.equals(other) && other instanceof LineId id && id.line == line;
    }

    @Override
    public int hashCode() {
      return super.hashCode() + line;
    }
  }

  static AllowList allowing(String start) {
    return new AllowList() {
      @Override
      public boolean allows(Class<?> type) {
        return allows(type.getName());
      }

      @Override
      public boolean allows(String className) {
        return className.startsWith(start);
      }
    };
  }

  static KeyCodec codec() {
    return codec(OWN_CLASSES, KeyForms.of(List.of()));
  }

  static KeyCodec codec(AllowList allowed, KeyForms forms) {
    ClassLoader loader = KeyCases.class.getClassLoader();
    return new KeyCodec(
        new CodecContext("orders", Object.class, Object.class, loader, allowed), forms);
  }

  /** Of different text each; the same list in every JVM. */
  static List<Object> keys() {
    List<Object> keys = new ArrayList<>();
    keys.addAll(List.of("", "1", "user", "n:", "a:b{c}%~", "\u0000\n\u007f\u0085", "\ud83d\ude00"));
    keys.addAll(List.of("\ud83d", "\ude00", "\ude00\ud83d", "ä€", "(,=)", "l:1", "%uD83D"));
    keys.addAll(List.of(1, 1L, (short) 1, (byte) 1, '1', true, 1.0, 1f, BigInteger.ONE));
    keys.addAll(List.of(Integer.MIN_VALUE, Long.MIN_VALUE, '\ud83d', ':', false));
    keys.addAll(List.of(0.0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, 0.1, 2e23, 1e-3, 1.5e300));
    keys.addAll(List.of(Double.MIN_VALUE, Double.MAX_VALUE, Math.PI, 2.2250738585072014E-308));
    keys.addAll(List.of(0f, -0f, Float.NaN, 0.1f, 3.4028235e38f, Float.MIN_VALUE, 16777216f));
    keys.addAll(List.of(new BigDecimal("1.0"), new BigDecimal("1.00"), new BigDecimal("1E+9999")));
    keys.add(UUID.fromString("00000000-0000-4000-8000-0000000000ff"));
    addTimes(keys);
    keys.addAll(List.of(Colour.RED, Colour.GREEN, Operation.ADD, Operation.SUBTRACT));
    keys.addAll(
        List.of(DayOfWeek.MONDAY, new Id("a", 1), new Id("a,number=l:1", 1), new Nothing()));
    keys.add(new Mixed(Operation.ADD, Colour.RED, 1, 0.5, 'x', null));
    keys.add(new Mixed(new Id("b", 2), Colour.GREEN, 1, -0.0, 'x', Operation.SUBTRACT));
    keys.add(new Mixed(null, Colour.GREEN, 1, Double.NaN, 'x', Operation.SUBTRACT));
    keys.addAll(List.of(new OrderId("a", 1), new LineId("a", 1, 2)));
    addContainers(keys);
    return keys;
  }

  private static void addTimes(List<Object> keys) {
    LocalDateTime time = LocalDateTime.of(2026, 10, 25, 2, 30, 0, 1_000);
    ZoneId paris = ZoneId.of("Europe/Paris");
    keys.addAll(List.of(LocalDate.of(2026, 2, 28), LocalDate.MIN, LocalDate.MAX, LocalTime.NOON));
    keys.addAll(List.of(time, LocalDateTime.MIN, Instant.EPOCH, Instant.MIN, Instant.MAX));
    keys.add(ZonedDateTime.ofLocal(time, paris, ZoneOffset.ofHours(2)));
    keys.add(ZonedDateTime.ofLocal(time, paris, ZoneOffset.ofHours(1)));
    keys.add(ZonedDateTime.of(time, ZoneOffset.ofHours(1)));
    keys.addAll(List.of(OffsetDateTime.of(time, ZoneOffset.UTC), OffsetDateTime.MAX));
    keys.addAll(List.of(OffsetTime.of(1, 2, 3, 4, ZoneOffset.MIN), paris, ZoneOffset.UTC));
    keys.addAll(List.of(ZoneId.of("UTC"), ZoneId.of("UTC+01:00"), ZoneOffset.ofHours(1)));
    keys.addAll(List.of(Year.of(2026), Year.of(-5), YearMonth.of(12345, 1), YearMonth.of(-1, 12)));
    keys.addAll(List.of(MonthDay.of(2, 29), Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE)));
    keys.addAll(List.of(Duration.ofSeconds(-1, 1), Period.of(-1, 2, Integer.MIN_VALUE)));
    keys.addAll(List.of(new Date(5), new Timestamp(5), new Timestamp(-1)));
  }

  private static void addContainers(List<Object> keys) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(1));
    map.put("a", null);
    keys.addAll(List.of(List.of(), Set.of(), Map.of(), Optional.empty(), Optional.of(1)));
    keys.add(Arrays.asList(1, null, "x"));
    keys.addAll(List.of(List.of(1, 2), List.of(2, 1), List.of(List.of(1), 2), Set.of(1, 2, 3)));
    keys.addAll(List.of(map, Map.of(new Id("a", 1), Set.of(Colour.RED, Operation.ADD))));
    keys.addAll(List.of(List.of("a,b"), List.of("a", "b"), List.of("s:a"), List.of("(")));
  }
}
