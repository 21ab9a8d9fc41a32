package io.nearside.samples.quickstart;

import java.rmi.RemoteException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** How soon a JVM that has a copy answers with what another one has put. */
final class Invalidations {
  private static final int MOST = 300;
  private static final int DIGITS = 3;
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(1);

  private Invalidations() {}

  /**
   * Puts one product after the other in this JVM, without other traffic.
   *
   * @param reader the other node, which has a copy and asks for it again and again
   * @return nanoseconds from the return of each put until the reader's word has arrived that it
   *     answers with the new value; so a little too long
   */
  static Histogram measure(ShopNode writer, Node reader, Settings settings)
      throws RemoteException, InterruptedException {
    Histogram times = new Histogram(DIGITS);
    ExecutorService waiting = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < Math.min(MOST, settings.products() / 2); i++) {
        // Few want the last products; and no key is written so often that it gets no copies.
        long id = writer.shop().place().ownNear(settings.products() - 2L * i);
        if (id != settings.spared()) {
          long version = writer.version(id) + 1;
          reader.awaitCopy(id);
          Future<Long> seen =
              waiting.submit(() -> {
                reader.awaitVersion(id, version);
                return History.now();
              });
          LockSupport.parkNanos(HEAD_START);
          long put = writer.put(id);
          times.recordValue(Math.max(0, get(seen) - put));
        }
      }
      return times;
    } finally {
      waiting.shutdownNow();
    }
  }

  private static long get(Future<Long> time) throws RemoteException, InterruptedException {
    try {
      return time.get(Quickstart.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new RemoteException("the second node does not answer", e);
    }
  }
}
