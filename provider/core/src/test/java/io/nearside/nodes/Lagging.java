package io.nearside.nodes;

import io.nearside.nodes.Answer.Tier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the checker must find out: copies that nobody invalidates, kept for a time. */
final class Lagging implements Answer.Reader {
  private record Copy(Answer answer, long until) {}

  private final Answer.Reader cache;
  private final long nanos;
  private final Map<String, Copy> copies = new ConcurrentHashMap<>();

  Lagging(Answer.Reader cache, long nanos) {
    this.cache = cache;
    this.nanos = nanos;
  }

  @Override
  public Answer read(String key) {
    Copy copy = copies.get(key);
    if (copy != null && System.nanoTime() - copy.until < 0) {
      return copy.answer;
    }
    Answer answer = cache.read(key);
    copies.put(
        key,
        new Copy(
            new Answer(answer.value(), Tier.LOCAL, answer.fresh()), System.nanoTime() + nanos));
    return answer;
  }
}
