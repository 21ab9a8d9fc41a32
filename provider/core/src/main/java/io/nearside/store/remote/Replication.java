package io.nearside.store.remote;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a replica has what a script did.
 *
 * @param doubt why that is not known, lower case; null if one has it
 */
record Replication(@Nullable String doubt) {
  static final Replication CONFIRMED = new Replication(null);

  /** Waits for it; it completes in time, and without a failure. */
  static Replication await(CompletableFuture<Replication> replication) {
    try {
      return replication.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return doubtful("the waiting thread was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  static Replication doubtful(String why) {
    return new Replication(why);
  }
}
