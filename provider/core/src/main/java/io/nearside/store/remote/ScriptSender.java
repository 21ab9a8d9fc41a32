package io.nearside.store.remote;

import io.nearside.resilience.Request;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.connection.MasterSlaveEntry;

/**
 * Sends scripts by their hash, and in full where the server does not know them: after that it does.
 * Thread-safe.
 */
final class ScriptSender {
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** What is worked out once for each script. */
  private record Known(String text, String hash, Request request) {}

  private Known known(Script script) {
    Known before = known.get(script.name());
    if (before != null && before.text.equals(script.text())) {
      return before;
    }
    Known now =
        new Known(script.text(), hash(script.text()), new Request(script.name(), true, true));
    known.put(script.name(), now);
    return now;
  }

  Request request(Script script) {
    return known(script).request;
  }

  CompletableFuture<@Nullable Object> send(
      Commands commands,
      MasterSlaveEntry master,
      Script script,
      List<String> keys,
      List<byte[]> arguments) {
    Known one = known(script);
    Object[] words = words(one.hash, keys, arguments);
    CompletableFuture<@Nullable Object> byHash = run(commands, master, Commands.EVALSHA, words);
    CompletableFuture<@Nullable Object> reply =
        byHash.exceptionallyCompose(failure -> {
          if (!isUnknown(failure)) {
            return CompletableFuture.failedFuture(failure);
          }
          Object[] full = words.clone();
          full[0] = one.text;
          return run(commands, master, Commands.EVAL, full);
        });
    reply.whenComplete((value, failure) -> {
      // whoever gives up needs no connection any more
      if (failure instanceof CancellationException) {
        byHash.cancel(true);
      }
    });
    return reply;
  }

  /** As it is to be sent otherwise. */
  ReplicaCalls.Words words(Script script, List<String> keys, List<byte[]> arguments) {
    return new ReplicaCalls.Words(words(known(script).hash, keys, arguments), script.text());
  }

  @SuppressWarnings("NullAway") // Redisson does not declare that a reply may be nothing
  private static CompletableFuture<@Nullable Object> run(
      Commands commands, MasterSlaveEntry master, RedisCommand<?> command, Object[] words) {
    return commands.send(master, Commands.cast(command), words);
  }

  private static Object[] words(String first, List<String> keys, List<byte[]> arguments) {
    Object[] words = new Object[2 + keys.size() + arguments.size()];
    words[0] = first;
    words[1] = keys.size();
    int at = 2;
    for (String key : keys) {
      words[at++] = key;
    }
    for (byte[] argument : arguments) {
      words[at++] = argument;
    }
    return words;
  }

  static boolean isUnknown(Throwable failure) {
    Throwable inner = failure instanceof CompletionException ? failure.getCause() : failure;
    return inner != null && Failures.said(inner).startsWith("NOSCRIPT");
  }

  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return String.format(Locale.ROOT, "%040x", new BigInteger(1, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM knows SHA-1", e);
    }
  }
}
