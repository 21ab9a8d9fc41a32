package io.nearside.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fleet under way: members that hold copies, the first of which watches, and a writer in this
 * JVM.
 */
final class Trial implements AutoCloseable {
  private static final double NANOS_PER_SECOND = 1e9;

  private final ServerLoad.Source server;
  private final Node node;
  private final List<MemberProcess> members = new ArrayList<>();
  private final Writer writer;

  /**
   * What a while of writing gave.
   *
   * @param writes done in a second
   */
  record Result(double writes, ServerLoad.Rates load, Lags.Summary lags) {}

  /** Starts the members and waits until each of their nodes holds a copy of every key. */
  Trial(Node.Fleet fleet, List<MemberProcess.Role> roles) throws IOException {
    server = new ServerLoad.Source(fleet.address());
    try {
      node = Node.open(fleet, "writer");
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    writer = new Writer(fleet.keyNames(), node.cache()::put);
    try {
      for (MemberProcess.Role role : roles) {
        members.add(new MemberProcess(fleet, role));
      }
      for (MemberProcess member : members) {
        member.reply();
      }
      settle();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Writes for a while.
   *
   * @param warmUp how long it writes before that, which does not count
   * @throws IllegalStateException if a node does not see the last write of each key soon after
   */
  Result run(int writesPerSecond, Duration warmUp, Duration time)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    writer.start(writesPerSecond);
    TimeUnit.MILLISECONDS.sleep(warmUp.toMillis());
    MemberProcess watching = members.get(0);
    watching.send("start");
    watching.reply();
    ServerLoad before = server.read();
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
    ServerLoad.Rates load = server.read().since(before);
    watching.send("stop");
    Lags.Summary lags = Lags.Summary.parse(watching.reply());
    double written = writer.stop();
    double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
    settle();
    if (writesPerSecond > 0 && lags.count() == 0) {
      throw new IllegalStateException(
          "the watcher saw none of %.0f writes while they were made: its copies were never invalidated"
              .formatted(written));
    }
    return new Result(written / seconds, load, lags);
  }

  private void settle() throws IOException {
    String command = "settle " + Settlement.text(writer.last());
    members.forEach(member -> member.send(command));
    for (int member = 0; member < members.size(); member++) {
      String problem = members.get(member).reply();
      if (!problem.isEmpty()) {
        throw new IllegalStateException("in JVM " + member + " " + problem);
      }
    }
  }

  @Override
  public void close() {
    writer.close();
    members.forEach(MemberProcess::close);
    node.close();
    server.close();
  }
}
