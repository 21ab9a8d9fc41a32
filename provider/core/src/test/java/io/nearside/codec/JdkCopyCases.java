package io.nearside.codec;

import static io.nearside.codec.CopyCases.Way.PARTS;
import static io.nearside.codec.CopyCases.Way.SERIALISED;
import static io.nearside.codec.CopyCases.Way.SHARED;

import io.nearside.codec.CopyCases.Case;
import io.nearside.codec.CopyCases.Way;
import java.io.File;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.SimpleTimeZone;
import java.util.Stack;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Objects of the JDK. */
final class JdkCopyCases {
  private static final List<Case> ALL = new ArrayList<>();

  static {
    values();
    time();
    lists();
    sets();
    maps();
    immutableCollections();
    views();
    smallJdk();
    arrays();
  }

  private JdkCopyCases() {}

  static List<Case> all() {
    return Collections.unmodifiableList(ALL);
  }

  private static void add(Way way, String name, Supplier<Object> original) {
    ALL.add(new Case(name, way, original));
  }

  private static <C extends Collection<Object>> Supplier<Object> with(C empty) {
    empty.addAll(List.of("a", new Date(5), "b"));
    return () -> empty;
  }

  private static <C extends Collection<Object>> Supplier<Object> sorted(C empty) {
    empty.addAll(List.of(new Date(9), new Date(5), new Date(7)));
    return () -> empty;
  }

  private static <M extends Map<Object, Object>> Supplier<Object> map(M empty) {
    empty.put("k1", new Date(1));
    empty.put("k2", new StringBuilder("two"));
    empty.put("k0", new ArrayList<>(List.of("x")));
    return () -> empty;
  }

  private static void values() {
    add(SHARED, "String", () -> new String("text"));
    add(SHARED, "Boolean", () -> true);
    add(SHARED, "Character", () -> 'c');
    add(SHARED, "Integer", () -> 1_000_000);
    add(SHARED, "Long", () -> 1L << 50);
    add(SHARED, "Double", () -> 2.5);
    add(SHARED, "BigInteger", () -> BigInteger.TEN.pow(50));
    add(SHARED, "BigDecimal", () -> new BigDecimal("1.50"));
    add(SHARED, "MathContext", () -> new MathContext(3));
    add(SHARED, "UUID", UUID::randomUUID);
    add(SHARED, "URI", () -> URI.create("https://example.org/"));
    add(SHARED, "Locale", () -> Locale.GERMANY);
    add(SHARED, "Currency", () -> Currency.getInstance("EUR"));
    add(SHARED, "Pattern", () -> Pattern.compile("a+"));
    add(SHARED, "Charset", () -> StandardCharsets.UTF_8);
    add(SHARED, "File", () -> new File("a"));
    add(SHARED, "Path", () -> Path.of("a"));
    add(SHARED, "InetAddress", InetAddress::getLoopbackAddress);
    add(SHARED, "InetSocketAddress", () -> new InetSocketAddress("127.0.0.1", 1));
    add(SHARED, "Class", () -> String.class);
    add(SHARED, "enum", () -> Fixtures.Level.LOW);
    add(SHARED, "enum with a body", () -> Fixtures.Level.HIGH);
    add(SHARED, "OptionalInt", () -> OptionalInt.of(1));
    add(SHARED, "Object", Object::new);
  }

  private static void time() {
    add(SHARED, "Instant", Instant::now);
    add(SHARED, "Duration", () -> Duration.ofDays(1));
    add(SHARED, "Period", () -> Period.ofDays(1));
    add(SHARED, "LocalDate", LocalDate::now);
    add(SHARED, "LocalTime", LocalTime::now);
    add(SHARED, "LocalDateTime", LocalDateTime::now);
    add(SHARED, "ZonedDateTime", ZonedDateTime::now);
    add(SHARED, "OffsetDateTime", OffsetDateTime::now);
    add(SHARED, "OffsetTime", OffsetTime::now);
    add(SHARED, "Year", Year::now);
    add(SHARED, "YearMonth", YearMonth::now);
    add(SHARED, "MonthDay", MonthDay::now);
    add(SHARED, "ZoneId (region)", () -> ZoneId.of("Europe/Berlin"));
    add(SHARED, "ZoneOffset", () -> ZoneOffset.ofHours(2));
    add(SHARED, "ThaiBuddhistDate", java.time.chrono.ThaiBuddhistDate::now);
  }

  private static void lists() {
    add(PARTS, "ArrayList", with(new ArrayList<>()));
    add(PARTS, "ArrayList (empty)", ArrayList::new);
    add(PARTS, "ArrayList with null", () -> new ArrayList<>(Arrays.asList(null, new Date(1))));
    add(PARTS, "LinkedList", with(new LinkedList<>()));
    add(PARTS, "Vector", with(new Vector<>()));
    add(PARTS, "Stack", with(new Stack<>()));
    add(PARTS, "CopyOnWriteArrayList", with(new CopyOnWriteArrayList<>()));
    add(PARTS, "ArrayDeque", with(new ArrayDeque<>()));
    add(PARTS, "ConcurrentLinkedQueue", with(new ConcurrentLinkedQueue<>()));
    add(PARTS, "ConcurrentLinkedDeque", with(new ConcurrentLinkedDeque<>()));
    add(PARTS, "PriorityQueue", sorted(new PriorityQueue<>()));
    add(
        PARTS,
        "PriorityQueue with a comparator",
        sorted(new PriorityQueue<>(3, Collections.reverseOrder())));
    add(SERIALISED, "ArrayBlockingQueue", with(new ArrayBlockingQueue<>(10, true)));
    add(SERIALISED, "LinkedBlockingQueue", with(new LinkedBlockingQueue<>(10)));
    add(SERIALISED, "LinkedBlockingDeque", with(new LinkedBlockingDeque<>(10)));
    add(SERIALISED, "PriorityBlockingQueue", sorted(new PriorityBlockingQueue<>()));
    add(
        SERIALISED,
        "subclass of ArrayList with a field",
        () -> {
          Fixtures.FieldList list = new Fixtures.FieldList();
          list.add("a");
          list.owner = "changed";
          return list;
        });
    add(PARTS, "subclass of AbstractList", Fixtures.OwnList::new);
    add(
        PARTS,
        "list that contains itself",
        () -> {
          List<Object> list = new ArrayList<>();
          list.add(new StringBuilder("x"));
          list.add(list);
          return list;
        });
  }

  private static void sets() {
    add(PARTS, "HashSet", with(new HashSet<>()));
    add(PARTS, "LinkedHashSet", with(new LinkedHashSet<>()));
    add(PARTS, "TreeSet", sorted(new TreeSet<>()));
    add(PARTS, "TreeSet with a comparator", sorted(new TreeSet<>(Collections.reverseOrder())));
    add(PARTS, "ConcurrentSkipListSet", sorted(new ConcurrentSkipListSet<>()));
    add(SERIALISED, "CopyOnWriteArraySet", with(new CopyOnWriteArraySet<>()));
    add(PARTS, "EnumSet", () -> EnumSet.of(Fixtures.Level.HIGH));
    add(PARTS, "EnumSet (empty)", () -> EnumSet.noneOf(Fixtures.Level.class));
    add(PARTS, "EnumSet of more than 64", () -> EnumSet.allOf(Character.UnicodeScript.class));
    add(
        SERIALISED,
        "Collections.newSetFromMap",
        () -> {
          Set<Object> set = Collections.newSetFromMap(new ConcurrentHashMap<>());
          set.add(new Date(4));
          return set;
        });
    add(SERIALISED, "ConcurrentHashMap.newKeySet", with(ConcurrentHashMap.newKeySet()));
  }

  private static void maps() {
    add(PARTS, "HashMap", map(new HashMap<>()));
    add(
        PARTS,
        "HashMap with null key and value",
        () -> {
          Map<Object, Object> map = new HashMap<>();
          map.put(null, new Date(1));
          map.put(new Date(1), null);
          return map;
        });
    add(PARTS, "LinkedHashMap", map(new LinkedHashMap<>()));
    add(
        PARTS,
        "LinkedHashMap in order of access",
        () -> {
          LinkedHashMap<Object, Object> map = new LinkedHashMap<>(16, 0.75f, true);
          map(map);
          map.get("k1");
          return map;
        });
    add(
        SERIALISED,
        "subclass of LinkedHashMap (LRU)",
        () -> {
          Fixtures.Lru lru = new Fixtures.Lru(2);
          lru.put("a", 1);
          lru.put("b", 2);
          lru.get("a");
          return lru;
        });
    add(
        SERIALISED,
        "subclass of HashMap with a field",
        () -> {
          Fixtures.FieldMap map = new Fixtures.FieldMap();
          map.put("a", new Date(1));
          map.log.add("put a");
          return map;
        });
    add(PARTS, "TreeMap", map(new TreeMap<>()));
    add(PARTS, "TreeMap with a comparator", map(new TreeMap<>(Collections.reverseOrder())));
    add(
        PARTS,
        "TreeMap with a lambda comparator",
        map(new TreeMap<>((a, b) -> b.toString().compareTo(a.toString()))));
    add(
        SERIALISED,
        "TreeMap with Comparator.comparing of a serialisable function",
        map(
            new TreeMap<>(
                Comparator.comparing((Function<Object, String> & Serializable) Object::toString))));
    add(PARTS, "ConcurrentHashMap", map(new ConcurrentHashMap<>()));
    add(PARTS, "ConcurrentSkipListMap", map(new ConcurrentSkipListMap<>()));
    add(PARTS, "Hashtable", map(new Hashtable<>()));
    add(
        SERIALISED,
        "Properties",
        () -> {
          Properties properties = new Properties();
          properties.setProperty("a", "b");
          return properties;
        });
    add(PARTS, "IdentityHashMap", map(new IdentityHashMap<>()));
    add(
        PARTS,
        "EnumMap",
        () -> {
          Map<Fixtures.Level, Object> map = new EnumMap<>(Fixtures.Level.class);
          map.put(Fixtures.Level.HIGH, new Date(3));
          return map;
        });
    add(PARTS, "SimpleEntry", () -> new AbstractMap.SimpleEntry<>("k", new Date(1)));
    add(PARTS, "Map.entry", () -> Map.entry("k", new Date(1)));
  }

  private static void immutableCollections() {
    add(SHARED, "Collections.emptyList", Collections::emptyList);
    add(SHARED, "Collections.emptyMap", Collections::emptyMap);
    add(SHARED, "List.of()", List::of);
    add(SHARED, "List.of of Strings", () -> List.of("a", "b", "c"));
    add(SHARED, "Set.of of Strings", () -> Set.of("a", "b", "c"));
    add(SHARED, "Map.of of Strings", () -> Map.of("a", "b", "c", "d"));
    add(SHARED, "Optional of a String", () -> Optional.of("a"));
    add(SHARED, "Optional (empty)", Optional::empty);
    add(PARTS, "Optional of a Date", () -> Optional.of(new Date(1)));
    add(PARTS, "List.of of one Date", () -> List.of(new Date(1)));
    add(PARTS, "List.of of Dates", () -> List.of(new Date(1), new Date(2), new Date(3)));
    add(PARTS, "Stream.toList with null", () -> Stream.of(new Date(1), null, "x").toList());
    add(PARTS, "subList of List.of", () -> List.of("a", new Date(1), "c").subList(1, 3));
    add(PARTS, "Set.of of Dates", () -> Set.of(new Date(1), new Date(2), new Date(3)));
    add(PARTS, "Map.of of a Date", () -> Map.of("a", new Date(1)));
    add(PARTS, "Map.of of Dates", () -> Map.of("a", new Date(1), "b", new Date(2)));
    add(PARTS, "Collections.singletonList", () -> Collections.singletonList(new Date(1)));
    add(PARTS, "Collections.singleton", () -> Collections.singleton(new Date(1)));
    add(PARTS, "Collections.singletonMap", () -> Collections.singletonMap(1, new Date(1)));
    add(PARTS, "Collections.nCopies", () -> Collections.nCopies(3, new Date(1)));
  }

  private static void views() {
    List<Object> list = new ArrayList<>(List.of("a", new Date(1)));
    Map<Object, Object> map = new TreeMap<>(Map.of("a", new Date(1)));
    add(PARTS, "Arrays.asList", () -> Arrays.asList("a", new Date(1)));
    add(PARTS, "Collections.unmodifiableList", () -> Collections.unmodifiableList(list));
    add(
        PARTS,
        "Collections.unmodifiableSet",
        () -> Collections.unmodifiableSet(new LinkedHashSet<>(list)));
    add(PARTS, "Collections.unmodifiableMap", () -> Collections.unmodifiableMap(map));
    add(
        PARTS,
        "Collections.unmodifiableCollection",
        () -> Collections.unmodifiableCollection(list));
    add(PARTS, "Collections.synchronizedList", () -> Collections.synchronizedList(list));
    add(PARTS, "Collections.synchronizedMap", () -> Collections.synchronizedMap(map));
    add(PARTS, "Collections.checkedList", () -> Collections.checkedList(list, Object.class));
    add(
        PARTS,
        "a list beside its unmodifiable view",
        () -> {
          Fixtures.Pair pair = new Fixtures.Pair();
          pair.left = list;
          pair.right = Collections.unmodifiableList(list);
          return pair;
        });
  }

  private static void smallJdk() {
    add(PARTS, "java.util.Date", () -> new Date(1));
    add(
        PARTS,
        "java.sql.Timestamp",
        () -> {
          java.sql.Timestamp timestamp = new java.sql.Timestamp(1);
          timestamp.setNanos(123_456_789);
          return timestamp;
        });
    add(PARTS, "java.sql.Date", () -> new java.sql.Date(1));
    add(PARTS, "java.sql.Time", () -> new java.sql.Time(1));
    add(PARTS, "Calendar", () -> new GregorianCalendar(2026, Calendar.MAY, 5));
    add(PARTS, "TimeZone", () -> TimeZone.getTimeZone("Europe/Berlin"));
    add(PARTS, "SimpleTimeZone", () -> new SimpleTimeZone(3_600_000, "x"));
    add(PARTS, "StringBuilder", () -> new StringBuilder("a"));
    add(PARTS, "StringBuffer", () -> new StringBuffer("a"));
    add(PARTS, "BitSet", () -> BitSet.valueOf(new long[] {5, 9}));
    add(PARTS, "AtomicInteger", () -> new AtomicInteger(4));
    add(PARTS, "AtomicLong", () -> new AtomicLong(4));
    add(PARTS, "AtomicBoolean", () -> new AtomicBoolean(true));
    add(PARTS, "AtomicReference", () -> new AtomicReference<>(new Date(1)));
    add(SERIALISED, "AtomicIntegerArray", () -> new AtomicIntegerArray(new int[] {1, 2}));
    add(
        SERIALISED,
        "LongAdder",
        () -> {
          LongAdder adder = new LongAdder();
          adder.add(5);
          return adder;
        });
    add(SERIALISED, "SimpleDateFormat", () -> new java.text.SimpleDateFormat("yyyy", Locale.ROOT));
    add(
        SERIALISED,
        "javax.sql.rowset.serial.SerialBlob",
        () -> {
          try {
            return new javax.sql.rowset.serial.SerialBlob(new byte[] {1, 2});
          } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void arrays() {
    add(PARTS, "byte[]", () -> new byte[] {1, 2});
    add(
        PARTS,
        "byte[] of 10 MB",
        () -> {
          byte[] bytes = new byte[10 << 20];
          new Random(1).nextBytes(bytes);
          return bytes;
        });
    add(PARTS, "int[]", () -> new int[] {1, 2});
    add(PARTS, "double[]", () -> new double[] {1, 2});
    add(PARTS, "char[]", () -> new char[] {'a', 'b'});
    add(PARTS, "boolean[]", () -> new boolean[] {true});
    add(PARTS, "int[][]", () -> new int[][] {{1}, null, {2, 3}});
    add(PARTS, "String[]", () -> new String[] {"a", null});
    add(PARTS, "String[][]", () -> new String[][] {{"a"}, {}});
    add(PARTS, "Object[]", () -> new Object[] {1, "a", null, new Date(1), new int[] {1}});
    add(PARTS, "Date[]", () -> new Date[] {new Date(1)});
    add(PARTS, "Comparable[]", () -> new Comparable<?>[] {1, "a", new Date(1)});
    add(
        PARTS,
        "array that contains itself",
        () -> {
          Object[] array = {new Date(1), null};
          array[1] = array;
          return array;
        });
    add(
        PARTS,
        "one array in two places",
        () -> {
          int[] numbers = {1, 2};
          return new Object[] {numbers, numbers};
        });
  }
}
