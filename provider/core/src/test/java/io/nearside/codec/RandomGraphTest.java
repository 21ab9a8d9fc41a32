package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Changes to a value never show in its copy, nor the other way round, whatever the value is. */
class RandomGraphTest {
  private static final int GRAPHS = 1_500;

  private final Copier copier = Copier.byValue("random", getClass().getClassLoader());

  @Test
  void changesNeverShow() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    System.out.println("RandomGraphTest -Dtest.seed=" + seed);
    for (int i = 0; i < GRAPHS; i++) {
      check(seed + i);
    }
  }

  private void check(long seed) {
    Object original = new Builder(new Random(seed)).root();
    String before = ObjectGraph.describe(original);
    Object copy = copier.copy(original);
    assertThat(ObjectGraph.describe(copy)).as("seed %d", seed).isEqualTo(before);
    assertThat(ObjectGraph.sharedMutable(original, copy)).as("seed %d", seed).isEmpty();
    Object second = copier.copy(copy);

    mutate(copy, new Random(seed));
    String changed = ObjectGraph.describe(copy);
    assertThat(changed).as("seed %d", seed).isNotEqualTo(before);
    assertThat(ObjectGraph.describe(original)).as("seed %d", seed).isEqualTo(before);

    mutate(original, new Random(~seed));
    assertThat(ObjectGraph.describe(copy)).as("seed %d", seed).isEqualTo(changed);
    assertThat(ObjectGraph.describe(second)).as("seed %d", seed).isEqualTo(before);
  }

  /** Changes everything that can be reached and changed through its public face. */
  private static void mutate(Object root, Random random) {
    for (Object object : ObjectGraph.reachable(root)) {
      mutateOne(object, random);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void mutateOne(Object object, Random random) {
    if (object instanceof Date date) {
      date.setTime(date.getTime() + 1 + random.nextInt(1_000));
    } else if (object instanceof StringBuilder text) {
      text.append(random.nextInt());
    } else if (object instanceof int[] numbers) {
      numbers[0]++;
    } else if (object instanceof Fixtures.Line line) {
      line.text += "!";
    } else if (object instanceof Fixtures.Node node) {
      node.payload = random.nextInt() + "p";
    } else if (object instanceof Fixtures.CustomForm form) {
      form.text.append(random.nextInt());
    } else if (object instanceof ArrayList list) {
      list.add("added " + random.nextInt());
    } else if (object instanceof ArrayDeque deque) {
      deque.add("added " + random.nextInt());
    } else if (object instanceof HashMap map) {
      map.put("added " + random.nextInt(), 1);
    } else if (object instanceof TreeMap map) {
      map.put("added " + random.nextInt(), 1);
    } else if (object instanceof HashSet set) {
      set.add("added " + random.nextInt());
    }
  }

  /** Builds graphs with shared parts and cycles. */
  private static final class Builder {
    private final Random random;
    private final List<Object> made = new ArrayList<>();
    private final boolean serialisable;

    Builder(Random random) {
      this.random = random;
      this.serialisable = random.nextInt(3) == 0;
    }

    /** A third of the graphs has to be serialised, as a part of theirs defines its own form. */
    Object root() {
      List<Object> root = new ArrayList<>();
      made.add(root);
      if (serialisable) {
        root.add(keep(new Fixtures.CustomForm()));
      }
      for (int i = 0; i < 1 + random.nextInt(8); i++) {
        root.add(any(0));
      }
      return root;
    }

    private Object any(int depth) {
      if (!made.isEmpty() && random.nextInt(5) == 0) {
        return made.get(random.nextInt(made.size()));
      }
      return depth > 5 || random.nextInt(3) == 0 ? leaf() : container(depth);
    }

    private Object leaf() {
      return switch (random.nextInt(8)) {
        case 0 -> random.nextInt();
        case 1 -> "text " + random.nextInt();
        case 2 -> keep(new Date(random.nextInt()));
        case 3 -> keep(new StringBuilder("b" + random.nextInt()));
        case 4 -> keep(new int[] {random.nextInt(), 2});
        case 5 -> Fixtures.Level.HIGH;
        case 6 -> keep(new Fixtures.Line("l", random.nextInt()));
        default -> serialisable ? 5L : new Fixtures.Point(random.nextInt(), 2);
      };
    }

    private Object keep(Object object) {
      made.add(object);
      return object;
    }

    private Object container(int depth) {
      return switch (random.nextInt(9)) {
        case 0 -> fill((List<Object>) keep(new ArrayList<>()), depth);
        case 1 -> node(depth);
        case 2 -> array(depth);
        case 3 -> map(new HashMap<>(), depth);
        case 4 -> map(new LinkedHashMap<>(), depth);
        case 5 -> map(new TreeMap<>(), depth);
        case 6 -> set(depth);
        case 7 -> serialisable ? new Fixtures.Holder(leaf()) : pair(depth);
        default -> serialisable ? leaf() : new Fixtures.Generic<>(leaf());
      };
    }

    private Object fill(List<Object> list, int depth) {
      for (int i = 0; i < random.nextInt(5); i++) {
        list.add(any(depth + 1));
      }
      return list;
    }

    private Object node(int depth) {
      Fixtures.Node node = (Fixtures.Node) keep(new Fixtures.Node());
      node.payload = any(depth + 1);
      return node;
    }

    private Object array(int depth) {
      Object[] array = (Object[]) keep(new Object[1 + random.nextInt(4)]);
      for (int i = 0; i < array.length; i++) {
        array[i] = any(depth + 1);
      }
      return array;
    }

    private Object map(Map<Object, Object> map, int depth) {
      keep(map);
      for (int i = 0; i < random.nextInt(5); i++) {
        map.put("key " + i, any(depth + 1));
      }
      return map;
    }

    /** Of elements without parts, as a set that contains itself has no hash. */
    private Object set(int depth) {
      Set<Object> set = new LinkedHashSet<>();
      for (int i = 0; i < random.nextInt(4) + depth % 2; i++) {
        set.add(new Date(random.nextInt()));
      }
      return keep(set);
    }

    private Object pair(int depth) {
      Fixtures.Pair pair = (Fixtures.Pair) keep(new Fixtures.Pair());
      pair.left = any(depth + 1);
      pair.right = any(depth + 1);
      return pair;
    }
  }
}
