package io.nearside.simulator;

import io.nearside.store.VersionedEntry.Identity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lies under the name of a key's lease. */
sealed interface Held {

  /** By the server's clock; then it is gone. */
  long endsMicros();

  /**
   * Of the loads under way; one that may still fill its key has the token.
   *
   * @param holder the load that the others wait for; 0 if there is none
   * @param blank whether it says that the source has nothing
   */
  record Lease(long token, long holder, boolean blank, long endsMicros) implements Held {
    static final long NEVER = Long.MAX_VALUE;

    Lease heldBy(long load) {
      return new Lease(token, load, false, NEVER);
    }
  }

  /** Somebody is about to tell the source, until then. */
  record Writer(long token, long endsMicros) {}

  /**
   * Of a key whose source is being told.
   *
   * @param several whether they wrote at the same time, so that none may store
   * @param same the entry that was there; null if there was none
   * @param expiresMicros its expiry of before
   */
  record Marks(boolean several, @Nullable Identity same, long expiresMicros, List<Writer> writers)
      implements Held {

    @Override
    public long endsMicros() {
      return writers.stream().mapToLong(Writer::endsMicros).max().orElse(0);
    }

    boolean has(long token) {
      return writers.stream().anyMatch(writer -> writer.token == token);
    }

    List<Writer> without(long token) {
      return writers.stream().filter(writer -> writer.token != token).toList();
    }

    List<Writer> with(Writer one) {
      List<Writer> all = new ArrayList<>(writers);
      all.add(one);
      return all;
    }
  }
}
