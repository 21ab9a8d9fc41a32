package io.nearside.samples.quickstart;

import java.io.PrintWriter;
import java.rmi.RemoteException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The traffic of a run, Redis killed in the middle of it, and what is told of it meanwhile. */
final class Course {
  private static final long TICK_MILLIS = 20;

  /** No traffic that has lasted longer is prolonged for more reads. */
  private static final Duration MOST_TIME = Duration.ofSeconds(25);

  private final Nodes nodes;
  private final Remote remote;
  private final Settings settings;
  private final Progress progress;
  private volatile boolean stopped;

  Course(Nodes nodes, Remote remote, Settings settings, PrintWriter out) {
    this.nodes = nodes;
    this.remote = remote;
    this.settings = settings;
    this.progress = new Progress(out, nodes);
  }

  /** Ends the traffic before its time. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /**
   * Traffic in all nodes, and Redis killed in the middle of it.
   *
   * @return null if Redis was not killed
   */
  @Nullable Outage traffic() throws RemoteException, InterruptedException {
    awaitCopies();
    for (Node node : nodes.all()) {
      node.begin();
    }
    progress.begin();
    Duration half = Duration.ofSeconds(settings.seconds()).dividedBy(2);
    goOn(half);
    Outage outage = null;
    if (!stopped && settings.outage() > 0 && remote.isOwn()) {
      outage = outage();
      goOn(History.BOUND); // until then the outage is an excuse
    }
    goOn(half);
    while (!stopped && nodes.reads() < settings.reads()) {
      if (progress.time().compareTo(MOST_TIME) > 0) {
        progress.say("enough, though %,d reads were wanted".formatted(settings.reads()));
        break;
      }
      goOn();
    }
    for (Node node : nodes.all()) {
      node.end();
    }
    return outage;
  }

  private Outage outage() throws RemoteException, InterruptedException {
    remote.kill();
    long killed = History.now();
    for (Node node : nodes.all()) {
      node.redisIsAway();
    }
    progress.say("Redis was killed");
    goOn(Duration.ofSeconds(settings.outage()));
    for (Node node : nodes.all()) {
      node.redisReturns();
    }
    remote.restart();
    long restarted = History.now();
    progress.say("Redis was started again, empty");
    awaitCopies();
    Duration recovery = Duration.ofNanos(History.now() - restarted);
    progress.say("copies answer again in both JVMs");
    return new Outage(Duration.ofNanos(restarted - killed), recovery);
  }

  private void awaitCopies() throws RemoteException, InterruptedException {
    if (nodes.second() != null) {
      for (Node node : nodes.all()) {
        node.awaitCopies();
      }
    }
  }

  private void goOn(Duration time) throws InterruptedException {
    long end = History.now() + time.toNanos();
    while (!stopped && History.now() < end) {
      goOn();
    }
  }

  private void goOn() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
    progress.tick();
  }
}
