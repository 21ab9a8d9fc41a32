package io.nearside.cache;

import io.nearside.store.Lifetime;
import io.nearside.store.StoredEntry;

/**
 * When entries expire (JSR-107 section 5): the one home of that rule. What stands behind it is
 * either known beforehand ({@link #constant}), or a user's policy that is called exactly once for
 * each creation, update or access. Thread-safe.
 */
interface Expiry {
  /** The expiry stays as it is. */
  long KEEP = -1;

  /** Whether {@link #creation} and {@link #update} are one and the same and call no user code. */
  boolean constant();

  /** For an entry that is about to be created; may call user code. */
  Lifetime creation();

  /** For an entry that is about to be updated; may call user code. */
  Lifetime update();

  /** Whether an update leaves the expiry where it was, so that it need not know the time. */
  boolean keepsOnUpdate();

  /** Whether accesses matter; if not, {@link #accessed} need not be called. */
  boolean renews();

  /**
   * For an entry that has been accessed; may call user code.
   *
   * @return when it expires now, or {@link #KEEP}
   */
  long accessed(StoredEntry<?> entry, long now);
}
