package io.nearside.store.remote;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks masters whether they may throw entries of a cache away when they are full. Thread-safe. */
final class Evictions {
  private static final Logger LOG = LoggerFactory.getLogger("io.nearside.store.remote");

  /** In the place of a policy: Redis was asked too late. */
  private static final String LATE = "late";

  private static final Batches.Reader<String> POLICIES =
      new Batches.Reader<>() {
        @Override
        public String next(ByteBuffer reply) {
          byte[] text = Replies.rest(reply);
          return text == null ? "" : new String(text, StandardCharsets.US_ASCII);
        }

        @Override
        public String none(ScriptStatus status) {
          return LATE;
        }
      };

  private final ScriptCalls calls;
  private final Layout layout;

  Evictions(ScriptCalls calls, Layout layout) {
    this.calls = calls;
    this.layout = layout;
  }

  /**
   * The first policy found by which any key may be thrown away, whether it expires or not; empty if
   * there is none, and where that is not told. Null if Redis was asked too late.
   *
   * @throws CacheException if a master can't be asked
   */
  @Nullable String ofAnyKey() {
    List<Integer> asked =
        calls.clustered() ? IntStream.range(0, layout.partitions()).boxed().toList() : List.of(0);
    List<Attempt<String>> policies =
        new Batches<>(asked, layout::head, partition -> 0)
            .run(
                batch ->
                    calls.callAsync(Script.EVICTION, List.of(layout.head(batch.get(0))), List.of()),
                POLICIES);
    String found = "";
    for (Attempt<String> policy : policies) {
      if (policy.failure() != null) {
        throw policy.failure();
      }
      String name = Objects.requireNonNull(policy.reply());
      if (name.equals(LATE)) {
        return null;
      }
      if (name.startsWith("allkeys")) {
        found = name;
      }
    }
    return found;
  }

  /** Says so in the log if what must stay may be thrown away. */
  void warn(String cacheName) {
    try {
      String policy = ofAnyKey();
      for (int i = 0; i < 2 && policy == null; i++) {
        policy = ofAnyKey();
      }
      if (policy != null && !policy.isEmpty()) {
        LOG.warn(
            "cache \"{}\": Hibernate takes a missing timestamp for \"unchanged\" and then answers"
                + " queries from old results, but maxmemory-policy of this Redis is {}, which throws"
                + " away any key: use noeviction or a volatile policy",
            cacheName,
            policy);
      }
    } catch (CacheException e) {
      LOG.debug("cache \"{}\": not told what Redis does when it is full", cacheName, e);
    }
  }
}
