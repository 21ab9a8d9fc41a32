package io.nearside.nodes;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an operation on one key does, and what it tells: the sequential specification. */
enum Kind {
  GET,
  CONTAINS,
  PUT,
  REMOVE,
  PUT_IF_ABSENT,
  REPLACE,
  REPLACE_IF,
  REMOVE_IF,
  GET_AND_PUT,
  GET_AND_REMOVE,
  GET_AND_REPLACE,
  INVOKE,
  CLEAR;

  static final long YES = 1;
  static final long NO = 0;

  boolean reads() {
    return this == GET || this == CONTAINS;
  }

  /** The value afterwards, {@code null} when there is none. */
  @Nullable Long next(@Nullable Long state, Operation op) {
    return switch (this) {
      case GET, CONTAINS -> state;
      case PUT, GET_AND_PUT -> op.argument();
      case REMOVE, GET_AND_REMOVE, CLEAR -> null;
      case PUT_IF_ABSENT -> state == null ? op.argument() : state;
      case REPLACE, GET_AND_REPLACE -> state == null ? null : op.argument();
      case REPLACE_IF -> Objects.equals(state, op.expected()) ? op.argument() : state;
      case REMOVE_IF -> Objects.equals(state, op.expected()) ? null : state;
      case INVOKE -> removes(state) ? null : op.argument();
    };
  }

  /** What it tells its caller. */
  @Nullable Long result(@Nullable Long state, Operation op) {
    return switch (this) {
      case PUT, CLEAR -> null;
      case GET, GET_AND_PUT, GET_AND_REMOVE, GET_AND_REPLACE, INVOKE -> state;
      case CONTAINS, REMOVE, REPLACE -> state != null ? YES : NO;
      case PUT_IF_ABSENT -> state == null ? YES : NO;
      case REPLACE_IF, REMOVE_IF -> Objects.equals(state, op.expected()) ? YES : NO;
    };
  }

  /** What the processor decides by the value that it sees, so that seeing a wrong one shows. */
  static boolean removes(@Nullable Long state) {
    return state != null && state % 4 == 0;
  }
}
