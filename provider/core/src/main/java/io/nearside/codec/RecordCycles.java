package io.nearside.codec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds a record that reaches itself. Serialisation reads such a record without complaint, but with
 * null where the cycle closes.
 */
final class RecordCycles {
  private enum State {
    OPEN,
    DONE
  }

  private final Map<Object, State> states = new IdentityHashMap<>();
  private final Deque<Object> path = new ArrayDeque<>();

  private RecordCycles() {}

  /**
   * @throws Uncopyable if the graph holds such a record
   */
  static void refuse(Object root) {
    RecordCycles search = new RecordCycles();
    search.path.push(root);
    while (!search.path.isEmpty()) {
      search.step(search.path.peek());
    }
  }

  /** Opens an object when it is first on top, and closes it when it is on top again. */
  private void step(Object top) {
    State state = states.get(top);
    if (state != null) {
      states.put(top, State.DONE);
      path.pop();
      return;
    }
    states.put(top, State.OPEN);
    for (Object part : partsOf(top)) {
      State seen = states.get(part);
      if (seen == null) {
        path.push(part);
      } else if (seen == State.OPEN) {
        refuseRecordsBetween(part);
      }
    }
  }

  private void refuseRecordsBetween(Object reached) {
    for (Object object : path) {
      if (object.getClass().isRecord() && states.get(object) == State.OPEN) {
        throw new Uncopyable(object.getClass(), "is a record that reaches itself");
      }
      if (object == reached) {
        return;
      }
    }
  }

  private static List<Object> partsOf(Object object) {
    List<Object> parts = new ArrayList<>();
    try {
      Insides.forEach(object, (part, name) -> parts.add(part));
    } catch (RuntimeException | LinkageError e) {
      return List.of(); // as in a JDK class that hides its parts: no record of the application
    }
    return parts;
  }
}
