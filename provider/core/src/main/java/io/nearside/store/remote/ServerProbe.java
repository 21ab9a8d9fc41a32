package io.nearside.store.remote;

import io.nearside.resilience.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.client.protocol.decoder.ObjectListReplayDecoder;
import org.redisson.command.CommandAsyncExecutor;
import org.redisson.connection.MasterSlaveEntry;

/** Asks a server once whether it is one that the remote tier works on. */
final class ServerProbe {
  private static final int[] OLDEST = {6, 2};
  private static final long PATIENCE_SECONDS = 2;
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  /** Beyond what every server has; named when one is missing. */
  private static final List<String> NEEDED =
      List.of("EVALSHA", "SCRIPT", "MGET", "SCAN", "UNLINK", "PEXPIREAT", "PUBLISH", "TIME");

  private static final RedisCommand<List<Object>> COMMAND_INFO =
      new RedisCommand<>("COMMAND", "INFO", new ObjectListReplayDecoder<>());

  private ServerProbe() {}

  /**
   * Blocks for seconds at most.
   *
   * @param channels what the names of all channels begin with that caches use
   * @throws UnsupportedServerException naming what is missing
   */
  static void check(CommandAsyncExecutor executor, String channels) {
    for (MasterSlaveEntry master : executor.getConnectionManager().getEntrySet()) {
      unlessDenied(() -> check(executor, master), denial -> {});
      unlessDenied(
          () -> ask(executor, master, RedisCommands.PUBLISH, channels + "probe", ""),
          denial -> mayPublish(denial, channels));
      return;
    }
    throw new IllegalStateException("no master is known");
  }

  /** A user who may not ask gets the benefit of the doubt. */
  private static void unlessDenied(Runnable question, Consumer<Diagnosis> denied) {
    try {
      question.run();
    } catch (CompletionException e) {
      Diagnosis diagnosis = Failures.diagnose(e);
      switch (diagnosis.kind()) {
        case DENIED, ERROR -> denied.accept(diagnosis);
        default -> throw e;
      }
    }
  }

  /** Scripts publish after they have written: it must not be there that they are refused. */
  private static void mayPublish(Diagnosis denial, String channels) {
    if (denial.text().contains("NOPERM")) {
      throw new UnsupportedServerException(
          denial.text()
              + "; caches tell of changes on channels, so let the user publish and subscribe there:"
              + " +publish +subscribe &"
              + channels
              + "*");
    }
  }

  private static void check(CommandAsyncExecutor executor, MasterSlaveEntry master) {
    Map<String, String> info = ask(executor, master, RedisCommands.INFO_SERVER);
    String version = info.getOrDefault("redis_version", "");
    if (isOlder(version)) {
      throw new UnsupportedServerException(
          "version " + version + " is too old: Redis 6.2 or newer, or Valkey, is needed");
    }
    List<Object> known = ask(executor, master, COMMAND_INFO, NEEDED.toArray());
    List<String> missing = missing(known);
    if (!missing.isEmpty()) {
      throw new UnsupportedServerException(
          "the server lacks the commands "
              + missing
              + ": Redis 6.2 or newer, or Valkey, is needed");
    }
  }

  private static <R> R ask(
      CommandAsyncExecutor executor,
      MasterSlaveEntry master,
      RedisCommand<?> command,
      Object... arguments) {
    return executor
        .<Object, R>writeAsync(
            master, StringCodec.INSTANCE, (RedisCommand<Object>) command, arguments)
        .toCompletableFuture()
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  static boolean isOlder(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      return false;
    }
    int major = Integer.parseInt(matcher.group(1));
    int minor = Integer.parseInt(matcher.group(2));
    return major < OLDEST[0] || major == OLDEST[0] && minor < OLDEST[1];
  }

  /** The server answers in the order of the question, with nothing for what it does not know. */
  static List<String> missing(List<Object> known) {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < NEEDED.size() && known.size() == NEEDED.size(); i++) {
      if (!(known.get(i) instanceof List<?> description) || description.isEmpty()) {
        missing.add(NEEDED.get(i));
      }
    }
    return missing;
  }
}
