package io.nearside.observe;

/** The counts of a cache with two tiers. Thread-safe. */
public interface TierCounts {
  /** Of a cache with one tier. */
  TierCounts NONE =
      new TierCounts() {
        @Override
        public long get(TierCount count) {
          return 0;
        }

        @Override
        public void clear() {}
      };

  long get(TierCount count);

  /** Sets all to zero. */
  void clear();
}
