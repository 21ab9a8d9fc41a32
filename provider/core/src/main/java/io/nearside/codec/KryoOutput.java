package io.nearside.codec;

import com.esotericsoftware.kryo.io.Output;

/** Sees whether {@link KryoInput} might take what is written for lengths that can't be. */
final class KryoOutput extends Output {
  private long claimed;

  KryoOutput() {
    super(512, -1);
  }

  /** Such as a list of many nulls, which takes a few bytes. */
  boolean claimsMoreThanItHolds() {
    return claimed > total();
  }

  private int claiming(int number) {
    if (number > KryoInput.SLACK) {
      claimed += number;
    }
    return number;
  }

  @Override
  public int writeVarInt(int number, boolean optimizePositive) {
    return super.writeVarInt(claiming(number), optimizePositive);
  }

  @Override
  public int writeVarIntFlag(boolean flag, int number, boolean optimizePositive) {
    return super.writeVarIntFlag(flag, claiming(number), optimizePositive);
  }
}
