package io.nearside.codec;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;

/** Refuses lengths that the bytes can't hold, before anything is allocated for them. */
final class KryoInput extends Input {
  /** Numbers of enum constants and of classes come the same way as lengths. */
  private static final int SLACK = 4096;

  /** While a number is read that is no length. */
  private boolean plainNumber;

  KryoInput(byte[] bytes, int offset, int length) {
    super(bytes, offset, length);
  }

  private int checked(int length) {
    if (length < 0 || length - SLACK > limit) {
      throw new KryoException("a length that the bytes can't hold");
    }
    return length;
  }

  @Override
  public int readVarInt(boolean optimizePositive) {
    int number = super.readVarInt(optimizePositive);
    return optimizePositive && !plainNumber ? checked(number) : number;
  }

  @Override
  public int readVarIntFlag(boolean optimizePositive) {
    int number = super.readVarIntFlag(optimizePositive);
    return optimizePositive ? checked(number) : number;
  }

  @Override
  public int readInt(boolean optimizePositive) {
    plainNumber = true;
    try {
      return super.readInt(optimizePositive);
    } finally {
      plainNumber = false;
    }
  }
}
