package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long scripts may take for which no thread waits, by a clock of the test's own. */
class ScriptCallsTest {
  private static final long TIMEOUT = 1_000_000_000;

  private final AtomicLong nanos = new AtomicLong(5 * TIMEOUT);
  private final List<Long> ends = new ArrayList<>();
  private final List<CompletableFuture<Object>> answers = new ArrayList<>();

  private ScriptCalls calls() {
    ServerClock server = new ServerClock();
    server.observe(nanos.get(), nanos.get(), nanos.get() / 1_000);
    RemoteConnection connection =
        (RemoteConnection)
            Proxy.newProxyInstance(
                ScriptCallsTest.class.getClassLoader(),
                new Class<?>[] {RemoteConnection.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "clustered" -> false;
                      case "timeoutNanos" -> TIMEOUT;
                      case "serverClockAsync" -> CompletableFuture.completedFuture(server);
                      case "evalAsync" -> sent((Long) arguments[3]);
                      default -> throw new AssertionError(method.getName());
                    });
    return new ScriptCalls(connection, nanos::get, Channels.NONE, 0);
  }

  private CompletableFuture<Object> sent(long end) {
    ends.add(end);
    answers.add(new CompletableFuture<>());
    return answers.get(answers.size() - 1);
  }

  private byte[] reply(ScriptStatus status) {
    return ByteBuffer.allocate(ScriptStatus.HEADER)
        .putLong((long) status.ordinal() << 56 | nanos.get() / 1_000)
        .array();
  }

  @Test
  void aCallThatCameTooLateIsRepeatedInWhatIsLeftOfItsTime() {
    CompletableFuture<ByteBuffer> call =
        calls().callAgainAsync(Script.CHANGE, List.of("key"), List.of());
    long end = nanos.get() + TIMEOUT;
    nanos.addAndGet(TIMEOUT / 2);
    answers.get(0).complete(reply(ScriptStatus.LATE));
    assertThat(call).isNotDone();
    assertThat(ends).containsExactly(end, end);
    answers.get(1).complete(reply(ScriptStatus.DONE));
    assertThat(Replies.status(call.join())).isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void whatComesTooLateTwiceIsLate() {
    CompletableFuture<ByteBuffer> call =
        calls().callAgainAsync(Script.CHANGE, List.of("key"), List.of());
    answers.get(0).complete(reply(ScriptStatus.LATE));
    answers.get(1).complete(reply(ScriptStatus.LATE));
    assertThat(Replies.status(call.join())).isEqualTo(ScriptStatus.LATE);
    assertThat(answers).hasSize(2);
  }
}
