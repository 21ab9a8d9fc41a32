package io.nearside.store.remote;

import io.nearside.resilience.Diagnosis;
import io.nearside.resilience.Diagnosis.Kind;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.redisson.RedissonShutdownException;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisRetryException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;

/**
 * Tells an outage from a refusal. Redisson puts whole commands, keys and values included, into its
 * messages: of those only the server's own words are passed on.
 */
final class Failures {
  private static final int MAX_CAUSES = 16;
  private static final List<String> NOT_NOW =
      List.of(
          "READONLY",
          "LOADING",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "BUSY ",
          "NOREPLICAS",
          "MISCONF");
  private static final List<String> DENIED =
      List.of(
          "NOAUTH",
          "WRONGPASS",
          "NOPERM",
          "ERR invalid password",
          "ERR AUTH",
          "ERR Client sent AUTH");

  private Failures() {}

  /** What a failure of Redisson means. */
  static Diagnosis diagnose(Throwable failure) {
    Throwable inner = failure;
    for (int i = 0; i < MAX_CAUSES && inner != null; i++) {
      Diagnosis decided = decided(inner);
      if (decided != null) {
        return decided;
      }
      inner = inner.getCause();
    }
    return away(failure);
  }

  private static @Nullable Diagnosis decided(Throwable failure) {
    String said = said(failure);
    if (failure instanceof ReplicaCalls.TooManyException) {
      return new Diagnosis(Kind.NOT_NOW, said, true, null);
    }
    if (failure instanceof RedisAuthRequiredException
        || failure instanceof RedisWrongPasswordException
        || startsWithOneOf(said, DENIED)) {
      return denied(said);
    }
    if (failure instanceof RedisOutOfMemoryException || said.startsWith("OOM")) {
      return full();
    }
    if (failure instanceof RedisRetryException
        || failure instanceof RedisReadonlyException
        || startsWithOneOf(said, NOT_NOW)) {
      return notNow(said);
    }
    if (failure instanceof RedisResponseTimeoutException
        || failure instanceof RedisTimeoutException) {
      return new Diagnosis(
          Kind.OUTAGE, "the server did not answer in time (remote.timeout)", false, null);
    }
    if (failure instanceof SSLException) {
      return insecure(failure);
    }
    return isReply(failure, said) ? error(said) : null;
  }

  private static Diagnosis insecure(Throwable failure) {
    Throwable root = root(failure);
    return new Diagnosis(
        Kind.OUTAGE,
        "TLS failed ("
            + root.getClass().getSimpleName()
            + ": "
            + root.getMessage()
            + "); see whether remote.tls.trust holds the server's certificate or that of its signer"
            + " (unless it is set the JVM's count), whether the certificate names the host of"
            + " remote.address, and whether that port speaks TLS",
        failure instanceof SSLHandshakeException,
        root);
  }

  private static boolean startsWithOneOf(String said, List<String> words) {
    return words.stream().anyMatch(said::startsWith);
  }

  /** An error reply begins with a word in capitals; Redisson's own messages don't. */
  private static boolean isReply(Throwable failure, String said) {
    int space = said.indexOf(' ');
    return failure instanceof RedisException
        && space > 2
        && said.chars().limit(space).allMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static Diagnosis denied(String said) {
    return new Diagnosis(
        Kind.DENIED,
        "the server answered "
            + quoted(said)
            + "; see the user name and password of remote.address and what its ACL allows",
        false,
        null);
  }

  private static Diagnosis full() {
    return new Diagnosis(
        Kind.FULL,
        "the server is out of memory and stored nothing; raise its maxmemory, or set a"
            + " maxmemory-policy that evicts",
        false,
        null);
  }

  private static Diagnosis notNow(String said) {
    return new Diagnosis(
        Kind.NOT_NOW,
        "the server answered " + quoted(said) + "; it is starting, failing over or a replica",
        false,
        null);
  }

  private static Diagnosis error(String said) {
    return new Diagnosis(Kind.ERROR, "the server answered " + quoted(said), false, null);
  }

  private static Diagnosis away(Throwable failure) {
    Throwable root = root(failure);
    boolean neverSent =
        root instanceof ConnectException
            || root instanceof UnknownHostException
            || failure instanceof RedisNodeNotFoundException
            || failure instanceof RedissonShutdownException
            || said(failure).startsWith("Unable to acquire connection");
    boolean plain = !(root instanceof RedisException);
    String text = plain ? root.getClass().getSimpleName() + ": " + root.getMessage() : said(root);
    return new Diagnosis(
        Kind.OUTAGE,
        "not reached (" + text + "); see whether remote.address is right and the server is up",
        neverSent,
        plain ? root : null);
  }

  private static Throwable root(Throwable failure) {
    Throwable inner = failure;
    for (int i = 0; i < MAX_CAUSES && inner.getCause() != null; i++) {
      inner = inner.getCause();
    }
    return inner;
  }

  /** The server's words, without the command that Redisson adds, and the arguments Redis may. */
  static String said(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    String words = message;
    for (String addition :
        List.of(". channel: ", ", with args", " data: ", " params: ", ", command: ", " script: ")) {
      int at = words.indexOf(addition);
      words = at < 0 ? words : words.substring(0, at);
    }
    return words;
  }

  private static String quoted(String said) {
    return '"' + said + '"';
  }
}
