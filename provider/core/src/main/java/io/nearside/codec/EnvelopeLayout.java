package io.nearside.codec;

/** Where the fields of an envelope are, big endian; times of 7 bytes are µs, of 6 bytes ms. */
final class EnvelopeLayout {
  // What the scripts write.
  static final int MAGIC = 0;
  static final int FORMAT = 2;
  static final int SERVER_FLAGS = 3;
  static final int VERSION = 4;
  static final int GENERATION = 11;
  static final int AS_OF = 18;
  static final int EXPIRES_AT = 25;
  static final int CREATED_AT = 31;
  static final int AFTERLIFE = 37;
  static final int CHECK = 43;
  // What the JVM writes.
  static final int CLIENT = 45;
  static final int NONCE = 45;
  static final int FLAGS = 53;
  static final int CODEC = 54;
  static final int LOAD_TIME = 55;
  static final int CRC = 59;
  static final int BODY = 63;

  static final short MAGIC_NUMBER = (short) 0xCE4E;
  static final int FORMAT_NUMBER = 1;

  static final int OWN_LIFE = 1;

  /** In {@link #AFTERLIFE}: it has been told that the entry has expired. */
  static final int TOLD = 1;

  /** Likewise: it may not stand in for loads that fail. */
  static final int SPOILT = 2;

  /** How often the key was written of late. */
  static final int HEAT = 0x7E;

  /** Flags as high as that are those of a key that is written too often to be copied. */
  static final int MARKED = 22;

  static final int COMPRESSION = 3;
  static final int HAS_KEY = 4;
  static final int HAS_TAGS = 8;

  static final long SEVEN_BYTES = (1L << 56) - 1;
  static final long SIX_BYTES = (1L << 48) - 1;

  /** A prime, small enough that doubles give exact remainders of 53 bits. */
  static final int CHECK_MODULUS = 32_749;

  private EnvelopeLayout() {}
}
