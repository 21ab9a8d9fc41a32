package io.nearside.codec;

import io.nearside.codec.CopyCases.Case;
import io.nearside.codec.CopyCases.Way;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The values of the codecs' type matrix: those that copying knows, and some with declared types.
 */
final class MatrixCases {
  private MatrixCases() {}

  record Names(List<String> names) implements Serializable {}

  record Dates(Set<LocalDate> dates) implements Serializable {}

  record ByNumber(Map<Integer, String> map) implements Serializable {}

  record ByRecord(Map<Key, String> map) implements Serializable {}

  record Key(int a, int b) implements Serializable {}

  record Maybe(Optional<String> text) {}

  record Untyped(Object content) implements Serializable {}

  record UntypedMap(Map<String, Object> map) implements Serializable {}

  record Zoned(ZonedDateTime at) implements Serializable {}

  record Money(BigDecimal amount, String currency) implements Serializable {}

  record Floats(float[] floats, char[] chars, long[] longs) implements Serializable {}

  record Bytes(byte[] bytes) implements Serializable {}

  record Twice(Money one, Money other) implements Serializable {}

  record Deep(Map<String, List<Map<UUID, Set<Long>>>> map) implements Serializable {}

  record Moment(Instant instant, Date date) implements Serializable {}

  static class Vehicle implements Serializable {
    private static final long serialVersionUID = 1L;
    String name = "v";

    @Override
    public boolean equals(Object other) {
      return other != null && other.getClass() == getClass() && ((Vehicle) other).name.equals(name);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name);
    }
  }

  static final class Car extends Vehicle {
    private static final long serialVersionUID = 1L;
    int doors = 4;
  }

  record Garage(Vehicle vehicle) implements Serializable {}

  private static Case typed(String name, Object value) {
    return new Case(name, Way.PARTS, () -> value);
  }

  private static List<Case> typed() {
    Money money = new Money(new BigDecimal("10.50"), "EUR");
    return List.of(
        typed("record of List<String>", new Names(new ArrayList<>(List.of("a", "b")))),
        typed("record of List<String>, made by List.of", new Names(List.of("a", "b"))),
        typed(
            "record of Set<LocalDate>",
            new Dates(new LinkedHashSet<>(List.of(LocalDate.EPOCH, LocalDate.MIN)))),
        typed("record of Map<Integer, String>", new ByNumber(new TreeMap<>(Map.of(1, "a")))),
        typed("record of Map<record, String>", new ByRecord(Map.of(new Key(1, 2), "a"))),
        typed("record of Optional<String>", new Maybe(Optional.of("a"))),
        typed("record of Object, a String", new Untyped("a")),
        typed("record of Object, a Long", new Untyped(1L)),
        typed("record of Object, a LocalDate", new Untyped(LocalDate.EPOCH)),
        typed("record of Map<String, Object>, an Integer", new UntypedMap(Map.of("a", 1))),
        typed("record of Map<String, Object>, a Long", new UntypedMap(Map.of("a", 1L))),
        typed("record of Map<String, Object>, a Float", new UntypedMap(Map.of("a", 1.5f))),
        typed(
            "record of ZonedDateTime",
            new Zoned(
                ZonedDateTime.ofInstant(Instant.ofEpochSecond(1), ZoneId.of("Europe/Berlin")))),
        typed("record of BigDecimal with its scale", money),
        typed(
            "record of float[], char[] and long[]",
            new Floats(
                new float[] {1.5f, Float.NaN}, new char[] {'a', 'ü'}, new long[] {1L << 60})),
        typed("record of byte[]", new Bytes(new byte[] {1, 2, -3})),
        typed("record with one part twice", new Twice(money, money)),
        typed(
            "record of Map<String, List<Map<UUID, Set<Long>>>>",
            new Deep(Map.of("a", List.of(Map.of(new UUID(1, 2), Set.of(5L)))))),
        typed("record of Instant and Date", new Moment(Instant.ofEpochSecond(5, 7), new Date(3))),
        typed("record of a class, holding a subclass", new Garage(new Car())),
        typed("subclass with fields", new Car()));
  }

  static List<Case> all() {
    return Stream.concat(CopyCases.all().stream(), typed().stream()).toList();
  }
}
