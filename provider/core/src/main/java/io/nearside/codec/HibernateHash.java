package io.nearside.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hash codes as Hibernate ORM's types compute them ({@code JavaType.extractHashCode}, {@code
 * ComponentType.getHashCode}), because its keys compare them. The types of columns whose hash goes
 * by the calendar, {@code java.util.Date} and {@code java.sql.Date} and {@code Time}, are not known
 * here; keys with such a value are read back with another hash code.
 */
final class HibernateHash {
  private HibernateHash() {}

  /** Of one value; 0 for none. */
  static int of(@Nullable Object value) {
    if (value instanceof BigDecimal || value instanceof BigInteger) {
      return ((Number) value).intValue();
    }
    if (value instanceof Timestamp time) {
      return Long.hashCode(time.getTime() / 1000);
    }
    if (value instanceof Object[] array) {
      int hash = 1;
      for (Object element : array) {
        hash = 31 * hash + of(element);
      }
      return hash;
    }
    if (value != null && value.getClass().isArray()) {
      return Arrays.deepHashCode(new Object[] {value}) - 31;
    }
    return value == null ? 0 : value.hashCode();
  }

  /** Of an identifier, where an array stands for the properties of a composite one. */
  static int ofId(@Nullable Object id) {
    if (!(id instanceof Object[] properties)) {
      return of(id);
    }
    int hash = 17;
    for (Object property : properties) {
      hash = 37 * hash + ofId(property);
    }
    return hash;
  }

  /** Of values one after the other, as natural ids and parameters of queries are hashed. */
  static int ofAll(int start, @Nullable Object[] values) {
    int hash = start;
    for (Object value : values) {
      hash = 37 * hash + of(value);
    }
    return hash;
  }
}
