package io.nearside.benchmarks;

import java.util.Random;

/** What the values are: three sizes of an immutable text, and a mutable object graph. */
public enum Payload {
  /** 100 characters. */
  SMALL(100),
  /** 2,000 characters. */
  MEDIUM(2_000),
  /** 20,000 characters. */
  LARGE(20_000),
  /** An {@link Order} with a date and ten lines. */
  DTO(0);

  private final int length;

  Payload(int length) {
    this.length = length;
  }

  /** The class that caches are created with. */
  public Class<?> type() {
    return this == DTO ? Order.class : String.class;
  }

  /** Whether a cache that stores by value has to copy these. */
  public boolean mutable() {
    return this == DTO;
  }

  /** A value of its own for each number; the same number gives an equal value. */
  public Object value(int number) {
    return this == DTO ? Order.sample(number) : text(number);
  }

  private String text(int number) {
    StringBuilder text = new StringBuilder(length).append(number).append(':');
    Random letters = new Random(number);
    while (text.length() < length) {
      text.append((char) ('a' + letters.nextInt(26)));
    }
    return text.toString();
  }
}
