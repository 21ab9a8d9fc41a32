package io.nearside.codec;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;

/** Refuses lengths that the bytes can't hold, before anything is allocated for them. */
final class KryoInput extends Input {
  /** Numbers of enum constants and of classes come the same way as lengths. */
  static final int SLACK = 4096;

  /** Larger numbers claim room: nested arrays are made before their bytes are missed. */
  private static final int ROOM_PER_BYTE = 8;

  private long claimed;
  private int last;

  /** While a number is read that is no length. */
  private boolean plainNumber;

  KryoInput(byte[] bytes, int offset, int length) {
    super(bytes, offset, length);
  }

  private int checked(int length) {
    if (length < 0 || length - SLACK > limit) {
      throw new KryoException("a length that the bytes can't hold");
    }
    last = length;
    if (length > SLACK) {
      claimed += length;
      if (claimed > SLACK + (long) ROOM_PER_BYTE * limit) {
        throw new KryoException("lengths that the bytes can't hold");
      }
    }
    return length;
  }

  /** What was read last was the number of an object, and no length. */
  void unclaim() {
    if (last > SLACK) {
      claimed -= last;
      last = 0;
    }
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
