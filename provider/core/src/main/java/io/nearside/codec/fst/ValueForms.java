package io.nearside.codec.fst;

import static io.nearside.codec.fst.LeafForm.mutable;
import static io.nearside.codec.fst.LeafForm.value;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
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
import java.util.BitSet;
import java.util.Currency;
import java.util.Date;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.nustaq.serialization.FSTObjectSerializer;

/** Objects of the JDK that have no parts. Their order is part of the format. */
final class ValueForms {
  private final Map<Class<?>, FSTObjectSerializer> forms;

  private ValueForms(Map<Class<?>, FSTObjectSerializer> forms) {
    this.forms = forms;
  }

  static void addTo(Map<Class<?>, FSTObjectSerializer> map) {
    ValueForms forms = new ValueForms(map);
    forms.boxes();
    forms.numbers();
    forms.instants();
    forms.calendarDates();
    forms.texts();
    forms.mutables();
  }

  private <T> void add(Class<T> type, LeafForm<T> form) {
    forms.put(type, form);
  }

  private <T> void text(Class<T> type, Function<String, T> parser) {
    add(type, value((out, v) -> out.writeStringUTF(v.toString()), in -> parse(in, parser)));
  }

  private static Object parse(ValueReader in, Function<String, ?> parser) throws IOException {
    return parser.apply(in.readStringUTF());
  }

  private void boxes() {
    add(String.class, value((out, v) -> out.writeStringUTF(v), ValueReader::readStringUTF));
    add(Boolean.class, value((out, v) -> out.writeBoolean(v), ValueReader::readBoolean));
    add(Byte.class, value((out, v) -> out.writeByte(v), ValueReader::readByte));
    add(Short.class, value((out, v) -> out.writeShort(v), ValueReader::readShort));
    add(Character.class, value((out, v) -> out.writeChar(v), ValueReader::readChar));
    add(Integer.class, value((out, v) -> out.writeInt(v), ValueReader::readInt));
    add(Long.class, value((out, v) -> out.writeLong(v), ValueReader::readLong));
    add(Float.class, value((out, v) -> out.writeFloat(v), ValueReader::readFloat));
    add(Double.class, value((out, v) -> out.writeDouble(v), ValueReader::readDouble));
  }

  private void numbers() {
    add(BigInteger.class, value(ValueForms::write, ValueForms::readBigInteger));
    add(
        BigDecimal.class,
        value(
            (out, v) -> {
              write(out, v.unscaledValue());
              out.writeInt(v.scale());
            },
            in -> new BigDecimal(readBigInteger(in), in.readInt())));
    add(
        UUID.class,
        value(
            (out, v) -> {
              out.writeLong(v.getMostSignificantBits());
              out.writeLong(v.getLeastSignificantBits());
            },
            in -> new UUID(in.readLong(), in.readLong())));
  }

  private static void write(ValueWriter out, BigInteger number) throws IOException {
    write(out, number.toByteArray());
  }

  private static BigInteger readBigInteger(ValueReader in) throws IOException {
    return new BigInteger(readBytes(in));
  }

  private void instants() {
    add(
        Instant.class,
        value(
            (out, v) -> {
              out.writeLong(v.getEpochSecond());
              out.writeInt(v.getNano());
            },
            in -> Instant.ofEpochSecond(in.readLong(), in.readInt())));
    add(
        Duration.class,
        value(
            (out, v) -> {
              out.writeLong(v.getSeconds());
              out.writeInt(v.getNano());
            },
            in -> Duration.ofSeconds(in.readLong(), in.readInt())));
    add(
        OffsetDateTime.class,
        value(
            (out, v) -> {
              write(out, v.toLocalDateTime());
              out.writeInt(v.getOffset().getTotalSeconds());
            },
            in -> OffsetDateTime.of(readDateTime(in), readOffset(in))));
    add(
        ZonedDateTime.class,
        value(
            (out, v) -> {
              write(out, v.toLocalDateTime());
              out.writeInt(v.getOffset().getTotalSeconds());
              out.writeStringUTF(v.getZone().getId());
            },
            in ->
                ZonedDateTime.ofInstant(
                    readDateTime(in), readOffset(in), ZoneId.of(in.readStringUTF()))));
  }

  private void calendarDates() {
    add(
        LocalDate.class,
        value(
            (out, v) -> out.writeLong(v.toEpochDay()), in -> LocalDate.ofEpochDay(in.readLong())));
    add(
        LocalTime.class,
        value(
            (out, v) -> out.writeLong(v.toNanoOfDay()),
            in -> LocalTime.ofNanoOfDay(in.readLong())));
    add(LocalDateTime.class, value(ValueForms::write, ValueForms::readDateTime));
    add(
        ZoneOffset.class,
        value((out, v) -> out.writeInt(v.getTotalSeconds()), ValueForms::readOffset));
    text(OffsetTime.class, OffsetTime::parse);
    text(Period.class, Period::parse);
    text(YearMonth.class, YearMonth::parse);
    text(MonthDay.class, MonthDay::parse);
    add(Year.class, value((out, v) -> out.writeInt(v.getValue()), in -> Year.of(in.readInt())));
    forms.put(
        ZoneId.of("Europe/Berlin").getClass(),
        LeafForm.<ZoneId>value(
            (out, v) -> out.writeStringUTF(v.getId()), in -> parse(in, ZoneId::of)));
  }

  private static void write(ValueWriter out, LocalDateTime value) throws IOException {
    out.writeLong(value.toLocalDate().toEpochDay());
    out.writeLong(value.toLocalTime().toNanoOfDay());
  }

  private static LocalDateTime readDateTime(ValueReader in) throws IOException {
    LocalDate date = LocalDate.ofEpochDay(in.readLong());
    return LocalDateTime.of(date, LocalTime.ofNanoOfDay(in.readLong()));
  }

  private static ZoneOffset readOffset(ValueReader in) throws IOException {
    return ZoneOffset.ofTotalSeconds(in.readInt());
  }

  private void texts() {
    text(URI.class, URI::create);
    text(Currency.class, Currency::getInstance);
    add(
        OptionalInt.class,
        value(
            (out, v) -> {
              out.writeBoolean(v.isPresent());
              out.writeInt(v.orElse(0));
            },
            in -> readOptional(in.readBoolean(), in.readInt())));
    add(
        OptionalLong.class,
        value(
            (out, v) -> {
              out.writeBoolean(v.isPresent());
              out.writeLong(v.orElse(0));
            },
            in -> readOptional(in.readBoolean(), in.readLong())));
    add(
        OptionalDouble.class,
        value(
            (out, v) -> {
              out.writeBoolean(v.isPresent());
              out.writeDouble(v.orElse(0));
            },
            in -> readOptional(in.readBoolean(), in.readDouble())));
  }

  private static OptionalInt readOptional(boolean present, int value) {
    return present ? OptionalInt.of(value) : OptionalInt.empty();
  }

  private static OptionalLong readOptional(boolean present, long value) {
    return present ? OptionalLong.of(value) : OptionalLong.empty();
  }

  private static OptionalDouble readOptional(boolean present, double value) {
    return present ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private void mutables() {
    add(Object.class, mutable((out, v) -> {}, in -> new Object()));
    add(
        Date.class,
        mutable(
            (out, v) -> out.writeLong(v.getTime()),
            in -> Date.from(Instant.ofEpochMilli(in.readLong()))));
    add(
        StringBuilder.class,
        mutable(
            (out, v) -> out.writeStringUTF(v.toString()),
            in -> new StringBuilder(in.readStringUTF())));
    add(
        StringBuffer.class,
        mutable(
            (out, v) -> out.writeStringUTF(v.toString()),
            in -> new StringBuffer(in.readStringUTF())));
    add(
        BitSet.class,
        mutable((out, v) -> write(out, v.toByteArray()), in -> BitSet.valueOf(readBytes(in))));
    add(
        AtomicBoolean.class,
        mutable((out, v) -> out.writeBoolean(v.get()), in -> new AtomicBoolean(in.readBoolean())));
    add(
        AtomicInteger.class,
        mutable((out, v) -> out.writeInt(v.get()), in -> new AtomicInteger(in.readInt())));
    add(
        AtomicLong.class,
        mutable((out, v) -> out.writeLong(v.get()), in -> new AtomicLong(in.readLong())));
  }

  private static void write(ValueWriter out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(ValueReader in) throws IOException {
    byte[] bytes = new byte[in.claim(in.readInt(), 1)];
    in.readFully(bytes);
    return bytes;
  }
}
