package io.nearside.store;

import java.util.BitSet;

/** Hash slots. Immutable. */
public final class Slots {
  /** How many there are in a cluster. */
  public static final int COUNT = 16_384;

  public static final Slots NONE = new Slots(new BitSet());
  public static final Slots ALL = of(0, COUNT - 1);

  private final BitSet bits;

  /** A read of a copy asks, and need not look further while there is one master. */
  private final boolean all;

  private Slots(BitSet bits) {
    this.bits = bits;
    this.all = bits.cardinality() == COUNT;
  }

  /** All of a set's; changes of it do not matter any more. */
  public static Slots of(BitSet bits) {
    return new Slots((BitSet) bits.clone());
  }

  /** From the first to the last. */
  public static Slots of(int first, int last) {
    BitSet bits = new BitSet(COUNT);
    bits.set(first, last + 1);
    return new Slots(bits);
  }

  public boolean has(int slot) {
    return all || bits.get(slot);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Slots slots && bits.equals(slots.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return bits.toString();
  }
}
