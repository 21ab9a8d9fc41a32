package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Marks.Company;
import io.nearside.store.Marks.Terms;
import io.nearside.store.Seeds;
import io.nearside.store.remote.MarkScripts.KeyedMark;
import io.nearside.store.remote.MarkScripts.KeyedStore;
import io.nearside.store.remote.Scripts.KeyedFill;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nodes that write the source and then the cache, and one that loads, a step at a time in random
 * order; some die between two steps. Whatever happens, what the cache has in the end is what the
 * source has, or nothing.
 */
@Tag("any-jdk")
class WriteOrderTest extends ScriptTest {

  /** Longer than one interleaving takes, shorter than the test may. */
  private static final long LIFE = 3_000;

  private static final Terms JOINED = new Terms(Condition.NONE, Company.BORNE, Returning.PRESENCE);

  private final Map<Integer, String> source = new HashMap<>();
  private final RandomGenerator random = Seeds.random(Seeds.seed("WriteOrderTest"));
  private final List<String> story = new ArrayList<>();
  private boolean fenced = true;

  private static EntryKeys keys(int key) {
    return EntryKeys.of(TAG, "s:" + key);
  }

  /** One of those who work on a key. */
  private interface Actor {
    /** False if it has ended. */
    boolean step();
  }

  private final class Writer implements Actor {
    private final int key;
    private final String name;
    private final boolean removes;
    private final boolean fails;
    private final int diesBefore;
    private KeyedMark mark;
    private int step;

    Writer(int key, String name) {
      this.key = key;
      this.name = name;
      this.removes = random.nextInt(5) == 0;
      this.fails = random.nextInt(6) == 0;
      this.diesBefore = random.nextInt(5) == 0 ? 1 + random.nextInt(2) : Integer.MAX_VALUE;
      this.mark = new KeyedMark(keys(key), random.nextLong());
    }

    @Override
    public boolean step() {
      if (step >= diesBefore) {
        story.add(name + " dies");
        return false;
      }
      switch (step++) {
        case 0 -> mark();
        case 1 -> writeSource();
        default -> {
          finish();
          return false;
        }
      }
      return true;
    }

    private void mark() {
      story.add(name + " marks");
      if (fenced) {
        assertThat(scripts.marks().mark(List.of(mark), JOINED, LIFE).get(0).failure()).isNull();
      }
    }

    private void writeSource() {
      story.add(name + (fails ? " fails" : removes ? " deletes" : " writes"));
      if (!fails && removes) {
        source.remove(key);
      } else if (!fails) {
        source.put(key, name);
      }
    }

    private void finish() {
      ChangeRequest request =
          removes
              ? removing(Condition.NONE, null)
              : ChangeRequest.store(
                  Condition.NONE, null, client("s:" + key, name), FOR_EVER, Returning.PRESENCE);
      if (!fenced) {
        if (!fails) {
          scripts.change(keys(key), request);
        }
      } else if (fails) {
        story.add(name + " releases " + scripts.marks().release(List.of(mark)).get(0).reply());
      } else {
        List<Attempt<ChangeReply>> replies =
            scripts.marks().store(List.of(new KeyedStore(mark, request)));
        story.add(name + " stores " + replies.get(0).reply());
      }
    }
  }

  private final class Loader implements Actor {
    private final int key;
    private @Nullable Leased leased;
    private @Nullable String loaded;
    private int step;

    Loader(int key) {
      this.key = key;
    }

    @Override
    public boolean step() {
      switch (step++) {
        case 0 -> {
          leased = scripts.readOrReserve(new Scripts.Claim(keys(key), 1), LEASE).leased();
          story.add("reserved " + leased);
          return leased != null;
        }
        case 1 -> {
          loaded = source.get(key);
          story.add("loaded " + loaded);
          return loaded != null;
        }
        default -> {
          fill();
          return false;
        }
      }
    }

    private void fill() {
      if (leased != null && loaded != null) {
        ChangeRequest request =
            ChangeRequest.store(
                Condition.ABSENT, null, client("s:" + key, loaded), FOR_EVER, Returning.PRESENCE);
        var reply = scripts.fill(new KeyedFill(keys(key), leased, request));
        story.add("filled " + reply);
      }
    }
  }

  /** All marks of the key run out: with each what was there. */
  private void passTime(int key) {
    if (scripts.marks().release(List.of(new KeyedMark(keys(key), 0))).get(0).reply() != null) {
      byte[] held = bucket(keys(key).lease()).get();
      if (held != null && held.length > 24) {
        story.add("time passes");
        client.getKeys().delete(keys(key).lease(), keys(key).entry());
      }
    }
  }

  private void interleave(int key) {
    if (random.nextBoolean()) {
      source.put(key, "first");
      scripts.change(
          keys(key),
          ChangeRequest.store(
              Condition.NONE, null, client("s:" + key, "first"), FOR_EVER, Returning.PRESENCE));
    }
    List<Actor> actors = new ArrayList<>();
    int writers = 2 + random.nextInt(2);
    boolean anyDies = false;
    for (int i = 0; i < writers; i++) {
      Writer writer = new Writer(key, "w" + i);
      anyDies |= writer.diesBefore < 3;
      actors.add(writer);
    }
    actors.add(new Loader(key));
    // Who outlives his mark, writes then and dies leaves what nobody can find: see the docs.
    boolean timePasses = !anyDies && random.nextInt(4) == 0;
    while (!actors.isEmpty()) {
      int next = random.nextInt(actors.size());
      if (!actors.get(next).step()) {
        actors.remove(next);
      }
      if (timePasses && random.nextInt(6) == 0) {
        passTime(key);
      }
    }
  }

  private @Nullable String cached(int key) {
    ReserveReply reply = scripts.readOrReserve(new Scripts.Claim(keys(key), 1), 1);
    if (reply.status() != ScriptStatus.FOUND) {
      return null;
    }
    var view =
        (io.nearside.codec.Envelope.View)
            io.nearside.codec.Envelope.parse(reply.entry(), "s:" + key);
    return new String(
        view.raw(),
        view.payloadOffset(),
        view.payloadLength(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  /** How many keys the cache has another value of than the source. */
  private int divergences(int interleavings) {
    Map<Integer, List<String>> stories = new HashMap<>();
    for (int key = 0; key < interleavings; key++) {
      interleave(key);
      stories.put(key, List.copyOf(story));
      story.clear();
    }
    RemoteBed.pass((LIFE + 100) * MILLI);
    int found = 0;
    int kept = 0;
    for (int key = 0; key < interleavings; key++) {
      String value = cached(key);
      kept += (value == null) ? 0 : 1;
      if (value != null && !value.equals(source.get(key))) {
        found++;
        if (fenced) {
          assertThat(value).as(stories.get(key).toString()).isEqualTo(source.get(key));
        }
      }
    }
    assertThat(kept).as("the cache is of some use").isGreaterThan(interleavings / 20);
    return found;
  }

  @Test
  void theCacheNeverKeepsWhatTheSourceDoesNotHave() {
    assertThat(divergences(2_000)).isZero();
  }

  @Test
  @Tag("soak")
  void norInTenThousandInterleavings() {
    assertThat(divergences(10_000)).isZero();
  }

  @Test
  void withoutMarksItDoes() {
    fenced = false;
    assertThat(divergences(500)).isPositive();
  }
}
