package io.nearside.simulator;

import io.nearside.RemoteUnavailableException;
import io.nearside.simulator.Held.Writer;
import io.nearside.simulator.Locks.Marking;
import io.nearside.simulator.SimServer.Changed;
import io.nearside.store.Absent;
import io.nearside.store.Applied;
import io.nearside.store.AppliedAll;
import io.nearside.store.Mark;
import io.nearside.store.Marked;
import io.nearside.store.MarkedChange;
import io.nearside.store.Marks;
import io.nearside.store.Outcome;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What a node asks its servers who is about to tell the source. */
final class SimMarks implements Marks<Integer, Long> {
  private static final long PATIENCE_NANOS = 15_000_000;

  private final SimNode node;
  private final World world;
  private final SimAuthority authority;

  SimMarks(SimNode node, SimAuthority authority) {
    this.node = node;
    this.world = node.world;
    this.authority = authority;
  }

  /** Who writes. */
  record Token(long token) implements Mark {}

  /** What a server has made of a wish to mark. */
  private record Answer(Marking marking, Outcome<Long> prior) {}

  @Override
  public Map<Integer, Marked<Long>> markAll(
      Collection<? extends Integer> keys, Terms terms, long now) {
    Map<Integer, Marked<Long>> marked = new HashMap<>();
    for (Integer key : keys) {
      long token = world.nextToken();
      Answer answer = mark(key, token, terms);
      Token own = answer.marking == Marking.DONE ? new Token(token) : null;
      marked.put(key, new Marked<>(own, answer.prior));
    }
    return marked;
  }

  private Answer mark(int key, long token, Terms terms) {
    boolean borne = terms.company() == Company.BORNE;
    long end = node.clock.nanos() + (borne ? PATIENCE_NANOS : 10 * PATIENCE_NANOS);
    try {
      Answer answer = ask(key, token, false, terms);
      while (answer.marking == Marking.OTHERS && !world.isStopped() && node.clock.nanos() < end) {
        answer = ask(key, token, false, terms);
      }
      return answer.marking == Marking.OTHERS && borne ? ask(key, token, true, terms) : answer;
    } catch (RemoteUnavailableException e) {
      return new Answer(Marking.NOT_MET, new Unavailable<>(e));
    }
  }

  private Answer ask(int key, long token, boolean joins, Terms terms) {
    Marking[] marking = new Marking[1];
    return authority.call(
        key,
        true,
        (server, told) -> {
          Writer writer = new Writer(token, server.micros() + world.markMicros);
          marking[0] = server.locks.mark(key, writer, joins, terms.condition());
          world.markedSource(key, writer);
          return new Changed(false, server.live(key), null, world.time);
        },
        (server, changed) -> {
          world.count("marking " + marking[0]);
          StoredEntry<Long> prior = authority.entryOrNull(server, key, changed.prior());
          return new Answer(marking[0], prior == null ? Absent.absent() : prior);
        });
  }

  @Override
  public AppliedAll<Integer, Long> applyAll(
      Map<? extends Integer, MarkedChange<Long>> changes, long now) {
    Map<Integer, Applied<Long>> applied = new HashMap<>();
    Map<Integer, RemoteUnavailableException> failed = new HashMap<>();
    changes.forEach((key, change) -> {
      try {
        applied.put(key, store(key, change));
      } catch (RemoteUnavailableException e) {
        failed.put(key, e);
      }
    });
    return new AppliedAll<>(applied, failed);
  }

  private Applied<Long> store(int key, MarkedChange<Long> marked) {
    long token = ((Token) marked.mark()).token;
    Long wanted = marked.change().value();
    long value = (wanted == null) ? Oracle.ABSENT : wanted;
    return authority.call(
        key,
        true,
        (server, told) -> {
          Changed changed = server.locks.storeMarked(key, token, value, world.life(value), told);
          world.settleSource(server, key);
          return changed;
        },
        (server, changed) -> {
          StoredEntry<Long> current = authority.entryOrNull(server, key, changed.current());
          if (current == null && wanted != null) { // somebody else has written, too
            current = new StoredEntry<>(wanted, StoredEntry.NEVER);
          }
          return new Applied<>(true, authority.entryOrNull(server, key, changed.prior()), current);
        });
  }

  @Override
  public void releaseAll(Map<? extends Integer, Mark> marks) {
    marks.forEach((key, mark) -> {
      long token = ((Token) mark).token;
      try {
        authority.call(
            key,
            true,
            (server, told) -> {
              boolean released = server.locks.releaseMark(key, token);
              world.count(released ? "mark released" : "mark not there to release");
              return new Changed(false, null, null, world.time);
            },
            (server, changed) -> changed);
      } catch (RemoteUnavailableException e) {
        world.count("mark not released");
      }
    });
  }
}
