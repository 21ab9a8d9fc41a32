package io.nearside.samples.quickstart;

import java.rmi.RemoteException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * What is seen when many want one product at once, when the database refuses, and when a JVM is
 * killed whose writes are still to reach the database.
 *
 * @param onKill null if there is no second JVM
 * @param complaint what was expected, and is not so; null if nothing
 */
record Safety(
    String onStampede, String onRefusal, @Nullable String onKill, @Nullable String complaint) {
  private static final int NOTES = 1_000;
  private static final long LOOK_MILLIS = 20;

  /** Tries it out. The second JVM is no more afterwards. */
  static Safety observe(Nodes nodes) throws RemoteException, SQLException, InterruptedException {
    long byHand = crowd(nodes, false);
    long loaded = crowd(nodes, true);
    int jvms = nodes.all().size();
    String onStampede =
        String.format(
            Locale.ROOT,
            "%d callers of %s want a product that is not cached, by a query of %d ms:"
                + " %,d queries by hand, %,d by the cache's loader",
            jvms * Safeguards.CALLERS,
            jvms == 1 ? "one JVM" : jvms + " JVMs",
            Safeguards.QUERY.toMillis(),
            byHand,
            loaded);
    // Without Redis each JVM would be on its own.
    String complaint =
        loaded <= jvms ? null : "a JVM queried more than once for all of its callers";
    Refusal refusal = Refusal.observe(nodes);
    complaint = (complaint == null) ? refusal.complaint() : complaint;
    if (nodes.second() == null) {
      return new Safety(onStampede, refusal.text(), null, complaint);
    }
    Kill kill = Kill.observe(nodes);
    return new Safety(
        onStampede, refusal.text(), kill.text, complaint == null ? kill.complaint : complaint);
  }

  private static long crowd(Nodes nodes, boolean byLoader)
      throws RemoteException, InterruptedException {
    ExecutorService calling = Executors.newCachedThreadPool();
    try {
      List<Future<Long>> counts = new ArrayList<>();
      for (Node node : nodes.all()) {
        counts.add(calling.submit(() -> node.crowd(Settings.BESTSELLER, byLoader)));
      }
      long sum = 0;
      for (Future<Long> count : counts) {
        sum += count.get(Quickstart.PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      return sum;
    } catch (ExecutionException | TimeoutException e) {
      throw new RemoteException("a node does not answer", e);
    } finally {
      calling.shutdownNow();
    }
  }

  /** The end of the second JVM. */
  private record Kill(String text, @Nullable String complaint) {
    static Kill observe(Nodes nodes) throws RemoteException, SQLException, InterruptedException {
      try {
        for (Node node : nodes.all()) {
          node.openNotes();
        }
      } catch (CacheException e) {
        return new Kill("not tried: " + e.getMessage(), null);
      }
      nodes.requireSecond().takeNotes(NOTES);
      nodes.killSecond();
      long killed = History.now();
      Database database = nodes.first().shop().database();
      long before = database.countNotes();
      long deadline = killed + TimeUnit.SECONDS.toNanos(Quickstart.PATIENCE_SECONDS);
      long now = before;
      while (now < NOTES && History.now() < deadline) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        now = database.countNotes();
      }
      String text =
          String.format(
              Locale.ROOT,
              "it had put %,d notes, to be written behind; %,d were in the database when it was"
                  + " killed, %,d %.1f s later",
              NOTES,
              before,
              now,
              Duration.ofNanos(History.now() - killed).toMillis() / 1e3);
      return new Kill(text, now == NOTES ? null : "acknowledged notes were lost");
    }
  }
}
