package io.nearside.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.Timestamp;
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
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values without parts: a prefix and a text each. A text is made only by rules that no version
 * of the JDK may change; {@link Double#toString} is none (it changed in 19).
 */
final class KeyAtoms {
  private static final Map<Class<?>, KeyShape> SHAPES = new HashMap<>();
  private static final Map<String, Function<String, Object>> READERS = new HashMap<>();

  /** A double of at most so many decimal digits is the one nearest to its decimal text. */
  private static final MathContext EXACT_DOUBLE = new MathContext(15, RoundingMode.HALF_EVEN);

  private static final MathContext EXACT_FLOAT = new MathContext(6, RoundingMode.HALF_EVEN);

  static {
    add(String.class, "s", KeyText::escape, KeyText::unescape);
    add(Integer.class, "i", i -> Integer.toString(i), Integer::valueOf);
    add(Long.class, "l", l -> Long.toString(l), Long::valueOf);
    add(Short.class, "h", h -> Short.toString(h), Short::valueOf);
    add(Byte.class, "y", y -> Byte.toString(y), Byte::valueOf);
    add(Boolean.class, "b", b -> Boolean.toString(b), Boolean::valueOf);
    add(Character.class, "c", c -> KeyText.escape(c.toString()), KeyAtoms::character);
    add(Double.class, "d", KeyAtoms::text, Double::valueOf);
    add(Float.class, "f", KeyAtoms::text, Float::valueOf);
    add(BigInteger.class, "bi", BigInteger::toString, BigInteger::new);
    add(BigDecimal.class, "bd", BigDecimal::toString, BigDecimal::new);
    add(UUID.class, "u", UUID::toString, UUID::fromString);
    addTimes();
    addDates();
  }

  private KeyAtoms() {}

  private static void addTimes() {
    add(LocalDate.class, "date", LocalDate::toString, LocalDate::parse);
    add(LocalTime.class, "time", LocalTime::toString, LocalTime::parse);
    add(LocalDateTime.class, "datetime", LocalDateTime::toString, LocalDateTime::parse);
    add(Instant.class, "instant", Instant::toString, Instant::parse);
    add(OffsetDateTime.class, "offset", OffsetDateTime::toString, OffsetDateTime::parse);
    add(OffsetTime.class, "offsettime", OffsetTime::toString, OffsetTime::parse);
    add(ZonedDateTime.class, "zoned", KeyAtoms::text, KeyAtoms::zoned);
    add(Year.class, "year", y -> Integer.toString(y.getValue()), y -> Year.of(Integer.parseInt(y)));
    add(YearMonth.class, "month", KeyAtoms::text, KeyAtoms::yearMonth);
    add(MonthDay.class, "monthday", MonthDay::toString, MonthDay::parse);
    add(Duration.class, "duration", Duration::toString, Duration::parse);
    add(Period.class, "period", Period::toString, Period::parse);
    KeyShape zone = shape("zone", (ZoneId z) -> KeyText.escape(z.getId()));
    SHAPES.put(ZoneOffset.class, zone);
    SHAPES.put(ZoneId.of("Europe/Paris").getClass(), zone);
    READERS.put("zone", id -> ZoneId.of(KeyText.unescape(id)));
  }

  /** A date of SQL is equal to the date of java.util of the same time, so their text is one. */
  private static void addDates() {
    KeyShape date = shape("javadate", (Date d) -> Long.toString(d.getTime()));
    SHAPES.put(Date.class, date);
    SHAPES.put(java.sql.Date.class, date);
    SHAPES.put(java.sql.Time.class, date);
    READERS.put("javadate", millis -> Date.from(Instant.ofEpochMilli(Long.parseLong(millis))));
    add(Timestamp.class, "timestamp", KeyAtoms::text, KeyAtoms::timestamp);
  }

  private static <T> void add(
      Class<T> type, String prefix, Function<T, String> writer, Function<String, Object> reader) {
    SHAPES.put(type, shape(prefix, writer));
    READERS.put(prefix, reader);
  }

  @SuppressWarnings("unchecked") // a shape is asked for objects of its class only
  private static <T> KeyShape shape(String prefix, Function<T, String> writer) {
    return (out, value) -> out.atom(prefix, writer.apply((T) value));
  }

  static @Nullable KeyShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  static boolean knows(Class<?> type) {
    return SHAPES.containsKey(type);
  }

  /**
   * @throws RuntimeException of any kind if the text is not one
   */
  static Object read(String prefix, String text) {
    Function<String, Object> reader = READERS.get(prefix);
    if (reader == null) {
      throw new UnreadableException("key text with an unknown prefix");
    }
    return reader.apply(text);
  }

  private static String text(Double value) {
    double number = value;
    if (number == 0 || !Double.isFinite(number)) {
      return Double.toString(number);
    }
    BigDecimal decimal = new BigDecimal(number).round(EXACT_DOUBLE).stripTrailingZeros();
    return decimal.doubleValue() == number ? decimal.toString() : Double.toHexString(number);
  }

  private static String text(Float value) {
    float number = value;
    if (number == 0 || !Float.isFinite(number)) {
      return Float.toString(number);
    }
    BigDecimal decimal = new BigDecimal(number).round(EXACT_FLOAT).stripTrailingZeros();
    return decimal.floatValue() == number ? decimal.toString() : Float.toHexString(number);
  }

  private static Object character(String text) {
    String plain = KeyText.unescape(text);
    if (plain.length() != 1) {
      throw new UnreadableException("key text of a character with more than one");
    }
    return plain.charAt(0);
  }

  /** The offset tells the two o'clocks of an autumn night from each other. */
  private static String text(ZonedDateTime time) {
    return time.toOffsetDateTime() + " " + KeyText.escape(time.getZone().getId());
  }

  private static Object zoned(String text) {
    int space = text.indexOf(' ');
    OffsetDateTime time = OffsetDateTime.parse(text.substring(0, space));
    ZoneId zone = ZoneId.of(KeyText.unescape(text.substring(space + 1)));
    return ZonedDateTime.ofInstant(time.toLocalDateTime(), time.getOffset(), zone);
  }

  private static String text(YearMonth month) {
    return month.getYear() + "-" + month.getMonthValue();
  }

  private static Object yearMonth(String text) {
    int dash = text.lastIndexOf('-');
    return YearMonth.of(
        Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
  }

  private static String text(Timestamp time) {
    return Math.floorDiv(time.getTime(), 1000L) + "." + time.getNanos();
  }

  private static Object timestamp(String text) {
    int dot = text.indexOf('.');
    Timestamp time =
        new Timestamp(Math.multiplyExact(Long.parseLong(text.substring(0, dot)), 1000L));
    time.setNanos(Integer.parseInt(text.substring(dot + 1)));
    return time;
  }
}
