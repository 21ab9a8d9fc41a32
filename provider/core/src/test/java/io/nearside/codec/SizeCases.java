package io.nearside.codec;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Objects whose size was measured. */
final class SizeCases {
  private SizeCases() {}

  static Map<String, Object> all() {
    Map<String, Object> cases = new LinkedHashMap<>();
    cases.put("String of 5", "hello");
    cases.put("String of 1,000", "x".repeat(1_000));
    cases.put("String of 1,000 beyond Latin-1", "\u20ac".repeat(1_000));
    cases.put("Integer", 100_000);
    cases.put("Long", 100_000L);
    cases.put("Double", 2.5);
    cases.put("UUID", new UUID(1, 2));
    cases.put("Date", new Date(5));
    cases.put("LocalDate", LocalDate.of(2026, 1, 2));
    cases.put("LocalDateTime", LocalDateTime.of(2026, 1, 2, 3, 4));
    cases.put("BigDecimal", new BigDecimal("123.45"));
    cases.put("byte[1000]", new byte[1_000]);
    cases.put("long[100]", new long[100]);
    cases.put("int[10][10]", new int[10][10]);
    cases.put("String[50]", strings(50).toArray());
    cases.put("ArrayList of 100", new ArrayList<>(strings(100)));
    cases.put("ArrayList grown to 1,000", grown(1_000));
    cases.put("LinkedList of 100", new LinkedList<>(strings(100)));
    cases.put("ArrayDeque of 100", new ArrayDeque<>(strings(100)));
    cases.put("List.of 3", List.of("a", "b", "c"));
    cases.put("Set.of 3", Set.of("a", "b", "c"));
    cases.put("Map.of 2", Map.of("a", "b", "c", "d"));
    cases.put("HashSet of 100", new HashSet<>(strings(100)));
    cases.put("LinkedHashSet of 100", new LinkedHashSet<>(strings(100)));
    cases.put("TreeSet of 100", new TreeSet<>(strings(100)));
    cases.put("HashMap of 100", map(new HashMap<>(), 100));
    cases.put("LinkedHashMap of 100", map(new LinkedHashMap<>(), 100));
    cases.put("TreeMap of 100", map(new TreeMap<>(), 100));
    cases.put("ConcurrentHashMap of 100", map(new ConcurrentHashMap<>(), 100));
    cases.put("ArrayList of 100,000", new ArrayList<>(strings(100_000)));
    cases.put("record", new Fixtures.Point(1, 2));
    cases.put("DTO with 10 lines", new Fixtures.Dto().withLines(10));
    cases.put("cycle of two nodes", cycle());
    return cases;
  }

  private static List<String> strings(int number) {
    return IntStream.range(0, number).mapToObj(i -> "string number " + i).toList();
  }

  private static Collection<Object> grown(int number) {
    Collection<Object> list = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      list.add(1_000L + i);
    }
    return list;
  }

  private static Map<Object, Object> map(Map<Object, Object> map, int number) {
    for (String key : strings(number)) {
      map.put(key, new Date(5));
    }
    return map;
  }

  private static Object cycle() {
    Fixtures.Node node = new Fixtures.Node();
    node.next = new Fixtures.Node();
    node.next.next = node;
    node.payload = "payload";
    return node;
  }
}
