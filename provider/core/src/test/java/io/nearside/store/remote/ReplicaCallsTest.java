package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nearside.observe.Recorder;
import io.nearside.store.Clock;
import io.nearside.testserver.RedisServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.redisson.Redisson;
import org.redisson.config.Config;
import org.redisson.connection.MasterSlaveEntry;

/** Changes that wait for replicas may use so many connections: each gives its own back. */
@Tag("any-jdk")
@Timeout(60)
class ReplicaCallsTest {
  private static final long NANOS = Duration.ofSeconds(4).toNanos();

  private RedisServer server;
  private Redisson client;
  private MasterSlaveEntry master;

  /** One at a time. */
  private ReplicaCalls calls;

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start("--lua-time-limit", "100");
    Config config = new Config();
    config.useSingleServer().setAddress(server.address());
    client = (Redisson) Redisson.create(config);
    Commands commands = new Commands(client, Duration.ofSeconds(10));
    master = commands.manager().getEntrySet().iterator().next();
    calls = new ReplicaCalls(commands, Clock.system(), 2, Recorder.NONE);
    // After one that was refused, WAIT is sent with the reply: it holds up nothing here.
    assertThat(catchThrowable(send(master, "error('no')", NANOS / 10).reply()::join)).isNotNull();
  }

  @AfterEach
  void stop() throws Exception {
    client.shutdown(0, 10, TimeUnit.SECONDS);
    server.close();
  }

  private Replicated<Object> send(@Nullable MasterSlaveEntry to, String script, long nanos) {
    Object[] byHash = {ScriptSender.hash(script), 0};
    return calls.send(to, new ReplicaCalls.Words(byHash, script), nanos);
  }

  private CompletableFuture<Object> sent(@Nullable MasterSlaveEntry to) {
    return inTime(send(to, "return 'a'", NANOS));
  }

  private static CompletableFuture<Object> inTime(Replicated<Object> sent) {
    return sent.reply().orTimeout(NANOS, TimeUnit.NANOSECONDS);
  }

  /** Of one that is done; what fails has no such answer. */
  private static Replication waited(Replicated<Object> sent) {
    inTime(sent).join();
    return sent.replication().orTimeout(2 * NANOS, TimeUnit.NANOSECONDS).join();
  }

  @Test
  void whoGetsNoConnectionKeepsNone() {
    assertThatThrownBy(sent(null)::join).hasRootCauseInstanceOf(NullPointerException.class);
    assertThat(sent(master).join()).isEqualTo(new byte[] {'a'});
  }

  /** What is sent for the second time, in full, is given up as what is sent for the first time. */
  @Test
  void whoGivesUpKeepsNone() throws Exception {
    Replicated<Object> hanging = send(master, "while true do end", NANOS);
    assertThatThrownBy(hanging.reply().orTimeout(NANOS / 8, TimeUnit.NANOSECONDS)::join)
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(catchThrowable(sent(master)::join)) // the server is busy
        .rootCause()
        .isNotInstanceOf(ReplicaCalls.TooManyException.class);
    server.call("SCRIPT", "KILL");
    assertThat(sent(master).join()).isEqualTo(new byte[] {'a'});
  }

  /** The first WAIT waits for a replica in vain. */
  @Test
  void whatTheServerDoesNotKnowIsSentAgainWithoutWaitingForItsOwnConnection() {
    assertThat(waited(send(master, "return 'a'", NANOS / 2)).doubt()).isNotNull();
    Replicated<Object> unknown = send(master, "return 'b'", NANOS);
    assertThat(inTime(unknown).join()).isEqualTo(new byte[] {'b'});
    assertThat(waited(unknown)).isEqualTo(Replication.doubtful("the master has no replica"));
    assertThat(sent(master).join()).isEqualTo(new byte[] {'a'});
  }
}
