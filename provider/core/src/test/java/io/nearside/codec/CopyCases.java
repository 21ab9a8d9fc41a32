package io.nearside.codec;

import static io.nearside.codec.CopyCases.Way.PARTS;
import static io.nearside.codec.CopyCases.Way.REFUSED;
import static io.nearside.codec.CopyCases.Way.SERIALISED;
import static io.nearside.codec.CopyCases.Way.SHARED;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The type matrix: what is copied, and how. The documentation holds the same table. */
final class CopyCases {
  enum Way {
    SHARED,
    PARTS,
    SERIALISED,
    REFUSED
  }

  record Case(String name, Way way, Supplier<Object> original) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Case> ALL = new ArrayList<>();

  static {
    values();
    time();
    immutableClasses();
    lists();
    sets();
    maps();
    immutableCollections();
    views();
    smallJdk();
    arrays();
    applicationClasses();
    serialForms();
    refused();
  }

  private CopyCases() {}

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

  private static void immutableClasses() {
    add(SHARED, "record of primitives", () -> new Fixtures.Point(1, 2));
    add(SHARED, "record without components", Fixtures.Empty::new);
    add(
        SHARED,
        "record of java.time with a checking constructor",
        () -> new Fixtures.Range(LocalDate.MIN, LocalDate.MAX));
    add(
        SHARED,
        "record that refers to its own type",
        () -> new Fixtures.Chain("a", new Fixtures.Chain("b", null)));
    add(
        SHARED,
        "record of a sealed interface of immutable records",
        () -> new Fixtures.Drawing(new Fixtures.Circle(1)));
    add(
        SHARED,
        "class with only final fields of immutable types",
        () -> new Fixtures.FinalFields("n", Fixtures.Level.LOW));
    add(SHARED, "lambda without captures", () -> (Supplier<Object>) () -> "x");
    String captured = String.valueOf(System.nanoTime());
    add(SHARED, "lambda that captures a String", () -> (Supplier<Object>) () -> captured);
    add(SHARED, "Comparator.naturalOrder()", Comparator::naturalOrder);
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
    add(SERIALISED, "subclass of ArrayList with a field", () -> {
      Fixtures.FieldList list = new Fixtures.FieldList();
      list.add("a");
      list.owner = "changed";
      return list;
    });
    add(PARTS, "subclass of AbstractList", Fixtures.OwnList::new);
    add(PARTS, "list that contains itself", () -> {
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
    add(SERIALISED, "Collections.newSetFromMap", () -> {
      Set<Object> set = Collections.newSetFromMap(new ConcurrentHashMap<>());
      set.add(new Date(4));
      return set;
    });
    add(SERIALISED, "ConcurrentHashMap.newKeySet", with(ConcurrentHashMap.newKeySet()));
  }

  private static void maps() {
    add(PARTS, "HashMap", map(new HashMap<>()));
    add(PARTS, "HashMap with null key and value", () -> {
      Map<Object, Object> map = new HashMap<>();
      map.put(null, new Date(1));
      map.put(new Date(1), null);
      return map;
    });
    add(PARTS, "LinkedHashMap", map(new LinkedHashMap<>()));
    add(PARTS, "LinkedHashMap in order of access", () -> {
      LinkedHashMap<Object, Object> map = new LinkedHashMap<>(16, 0.75f, true);
      map(map);
      map.get("k1");
      return map;
    });
    add(SERIALISED, "subclass of LinkedHashMap (LRU)", () -> {
      Fixtures.Lru lru = new Fixtures.Lru(2);
      lru.put("a", 1);
      lru.put("b", 2);
      lru.get("a");
      return lru;
    });
    add(SERIALISED, "subclass of HashMap with a field", () -> {
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
    add(SERIALISED, "Properties", () -> {
      Properties properties = new Properties();
      properties.setProperty("a", "b");
      return properties;
    });
    add(PARTS, "IdentityHashMap", map(new IdentityHashMap<>()));
    add(PARTS, "EnumMap", () -> {
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
    add(PARTS, "a list beside its unmodifiable view", () -> {
      Fixtures.Pair pair = new Fixtures.Pair();
      pair.left = list;
      pair.right = Collections.unmodifiableList(list);
      return pair;
    });
  }

  private static void smallJdk() {
    add(PARTS, "java.util.Date", () -> new Date(1));
    add(PARTS, "java.sql.Timestamp", () -> {
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
    add(SERIALISED, "LongAdder", () -> {
      LongAdder adder = new LongAdder();
      adder.add(5);
      return adder;
    });
    add(SERIALISED, "SimpleDateFormat", () -> new java.text.SimpleDateFormat("yyyy", Locale.ROOT));
    add(SERIALISED, "javax.sql.rowset.serial.SerialBlob", () -> {
      try {
        return new javax.sql.rowset.serial.SerialBlob(new byte[] {1, 2});
      } catch (java.sql.SQLException e) {
        throw new IllegalStateException(e);
      }
    });
  }

  private static void arrays() {
    add(PARTS, "byte[]", () -> new byte[] {1, 2});
    add(PARTS, "byte[] of 10 MB", () -> {
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
    add(PARTS, "array that contains itself", () -> {
      Object[] array = {new Date(1), null};
      array[1] = array;
      return array;
    });
    add(PARTS, "one array in two places", () -> {
      int[] numbers = {1, 2};
      return new Object[] {numbers, numbers};
    });
  }

  private static void applicationClasses() {
    add(PARTS, "DTO", () -> new Fixtures.Dto().withLines(10));
    add(PARTS, "class that is not serialisable", () -> new Fixtures.Pojo("a"));
    add(PARTS, "fields of one name in class and superclass", Fixtures.SubPojo::new);
    add(PARTS, "class with a Number field", () -> new Fixtures.OpenFinalFields(5));
    add(PARTS, "generic record", () -> new Fixtures.Generic<>(new Date(1)));
    add(PARTS, "record of a BigDecimal", () -> new Fixtures.Price(BigDecimal.ONE));
    add(
        PARTS,
        "nested records",
        () ->
            new Fixtures.Nested(
                new Fixtures.Point(1, 1), new Fixtures.Tags(new ArrayList<>(List.of("a")))));
    add(
        PARTS,
        "record whose constructor copies",
        () -> new Fixtures.CopyingTags(List.of(new Date(1)), Map.of("a", new Date(2))));
    add(
        PARTS,
        "record whose accessor lies",
        () -> new Fixtures.Liar(new ArrayList<>(List.of("truth"))));
    add(
        PARTS,
        "record of a sealed interface with a mutable class",
        () -> new Fixtures.Cage(new Fixtures.Dog()));
    add(PARTS, "inner class", Fixtures::inner);
    add(PARTS, "anonymous class", () -> {
      StringBuilder captured = new StringBuilder("x");
      return new Object() {
        final StringBuilder own = captured;
      };
    });
    add(PARTS, "cycle of two", () -> {
      Fixtures.Node one = new Fixtures.Node();
      one.next = new Fixtures.Node();
      one.next.next = one;
      return one;
    });
    add(PARTS, "parent and hashed children", () -> {
      Fixtures.Parent parent = new Fixtures.Parent();
      new Fixtures.Child(parent, 1);
      new Fixtures.Child(parent, 2);
      return parent;
    });
    add(PARTS, "child of hashed children", () -> {
      Fixtures.Parent parent = new Fixtures.Parent();
      new Fixtures.Child(parent, 1);
      return new Fixtures.Child(parent, 2);
    });
    add(PARTS, "one part in two places", () -> {
      Fixtures.Pair pair = new Fixtures.Pair();
      pair.left = new Date(1);
      pair.right = pair.left;
      return pair;
    });
    add(PARTS, "chain of 10,000 nodes", () -> {
      Fixtures.Node first = new Fixtures.Node();
      Fixtures.Node last = first;
      for (int i = 0; i < 10_000; i++) {
        last.next = new Fixtures.Node();
        last = last.next;
      }
      return first;
    });
  }

  private static void serialForms() {
    add(SERIALISED, "holder of a readResolve singleton", () -> new Fixtures.Holder(Fixtures.Singleton.INSTANCE));
    add(SERIALISED, "writeReplace with a proxy", () -> new Fixtures.Replaced("a"));
    add(SERIALISED, "readObject and writeObject", () -> {
      Fixtures.CustomForm form = new Fixtures.CustomForm();
      form.text.append("custom");
      return form;
    });
    add(SERIALISED, "Externalizable", () -> {
      Fixtures.External external = new Fixtures.External();
      external.name = "ext";
      return external;
    });
    add(SERIALISED, "exception with cause and suppressed", () -> {
      Exception exception = new IllegalStateException("a", new java.io.IOException("b"));
      exception.addSuppressed(new IllegalArgumentException("c"));
      return exception;
    });
    add(
        SERIALISED,
        "record that holds an exception",
        () -> new Fixtures.SerialRecord("a", new IllegalStateException("b")));
    add(SERIALISED, "subclass of BigDecimal", () -> new Fixtures.OwnNumber(5));
    add(SERIALISED, "subclass of Date with a field", Fixtures.OwnDate::new);
    add(SERIALISED, "serialisable lambda that captures a mutable", () -> {
      StringBuilder captured = new StringBuilder("x");
      return (Fixtures.SerialSupplier) () -> captured;
    });
    add(SERIALISED, "proxy with a serialisable handler", () -> {
      InvocationHandler handler =
          (InvocationHandler & Serializable) (proxy, method, arguments) -> "hello";
      return Proxy.newProxyInstance(
          Fixtures.class.getClassLoader(), new Class<?>[] {Fixtures.Greeter.class}, handler);
    });
  }

  private static void refused() {
    add(REFUSED, "Thread", () -> new Thread(() -> {}));
    add(REFUSED, "Socket", Socket::new);
    add(REFUSED, "InputStream", () -> new ByteArrayInputStream(new byte[1]));
    add(REFUSED, "ByteBuffer", () -> ByteBuffer.allocate(4));
    add(REFUSED, "Iterator", () -> new ArrayList<>(List.of(1)).iterator());
    add(REFUSED, "subList of an ArrayList", () -> new ArrayList<>(List.of(1, 2)).subList(0, 1));
    add(REFUSED, "key set of a HashMap", () -> new HashMap<>(Map.of(1, 2)).keySet());
    add(REFUSED, "WeakHashMap", WeakHashMap::new);
    add(REFUSED, "ThreadLocal", ThreadLocal::new);
    add(REFUSED, "lambda that captures a mutable", () -> {
      StringBuilder captured = new StringBuilder("x");
      return (Supplier<Object>) () -> captured;
    });
    add(REFUSED, "proxy with a handler that is not serialisable", () -> {
      List<Object> log = new ArrayList<>();
      InvocationHandler handler = (proxy, method, arguments) -> log.add(method);
      return Proxy.newProxyInstance(
          Fixtures.class.getClassLoader(), new Class<?>[] {Fixtures.Greeter.class}, handler);
    });
    add(REFUSED, "class that becomes another by writeReplace", Fixtures.BecomesOther::new);
    add(REFUSED, "serialised class whose superclass is not", Fixtures.ChildWithForm::new);
    add(REFUSED, "record that reaches itself", () -> {
      List<Object> list = new ArrayList<>();
      Fixtures.Generic<Object> record = new Fixtures.Generic<>(list);
      list.add(record);
      return record;
    });
    add(REFUSED, "serialised record that reaches itself", () -> {
      List<Object> list = new ArrayList<>();
      Fixtures.SerialRecord inner = new Fixtures.SerialRecord("a", new Looping(list));
      list.add(inner);
      return inner;
    });
  }

  /** An exception that refers to what holds it. */
  static final class Looping extends Exception {
    private static final long serialVersionUID = 1L;
    final ArrayList<Object> loop;

    Looping(List<Object> loop) {
      this.loop = (ArrayList<Object>) loop;
    }
  }

}
