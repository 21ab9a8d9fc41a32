package io.nearside.codec;

import java.util.HashSet;
import java.util.Set;

/**
 * Classes of the JDK that do nothing when they are made or read but hold data. Named, not found by
 * package: what a later JDK adds is not safe until somebody has looked at it.
 */
final class SafeJdkTypes {
  private static final Set<String> NAMES = new HashSet<>();

  static {
    language();
    numbers();
    time();
    collections();
    views();
    concurrent();
    others();
  }

  private SafeJdkTypes() {}

  static boolean contains(String className) {
    return NAMES.contains(className);
  }

  private static void add(String packageName, String... simpleNames) {
    for (String name : simpleNames) {
      NAMES.add(packageName + "." + name);
    }
  }

  private static void language() {
    add(
        "java.lang",
        "Object",
        "String",
        "Boolean",
        "Byte",
        "Character",
        "Short",
        "Integer",
        "Long");
    add("java.lang", "Float", "Double", "Void", "Number", "Enum", "Record", "StringBuilder");
    add("java.lang", "StringBuffer", "AbstractStringBuilder", "StackTraceElement", "Comparable");
    add("java.lang", "CharSequence", "Iterable", "Cloneable", "Character$UnicodeScript");
    add("java.lang", "Throwable", "Exception", "RuntimeException", "Error", "ArithmeticException");
    add("java.lang", "ArrayIndexOutOfBoundsException", "ArrayStoreException", "ClassCastException");
    add("java.lang", "CloneNotSupportedException", "IllegalArgumentException");
    add("java.lang", "IllegalStateException", "IndexOutOfBoundsException", "InterruptedException");
    add("java.lang", "NegativeArraySizeException", "NullPointerException", "NumberFormatException");
    add("java.lang", "ReflectiveOperationException", "SecurityException");
    add("java.lang", "StringIndexOutOfBoundsException", "UnsupportedOperationException");
    add("java.lang", "AssertionError", "ClassNotFoundException");
    add("java.io", "Serializable", "Externalizable", "IOException", "FileNotFoundException");
    add("java.io", "EOFException", "UncheckedIOException");
    add("java.util", "NoSuchElementException", "ConcurrentModificationException");
    add("java.util", "MissingResourceException", "InputMismatchException");
    add("java.util.concurrent", "TimeoutException", "ExecutionException", "CancellationException");
    add("java.util.concurrent", "CompletionException");
  }

  private static void numbers() {
    add("java.math", "BigInteger", "BigDecimal", "MathContext", "RoundingMode");
  }

  private static void time() {
    add("java.time", "Duration", "Instant", "LocalDate", "LocalDateTime", "LocalTime", "MonthDay");
    add("java.time", "OffsetDateTime", "OffsetTime", "Period", "Year", "YearMonth", "ZoneId");
    add("java.time", "ZoneOffset", "ZoneRegion", "ZonedDateTime", "DayOfWeek", "Month", "Ser");
    add("java.time", "DateTimeException");
    add(
        "java.time.chrono",
        "IsoChronology",
        "IsoEra",
        "ThaiBuddhistDate",
        "ThaiBuddhistChronology");
    add("java.time.chrono", "ThaiBuddhistEra", "JapaneseDate", "JapaneseEra", "JapaneseChronology");
    add("java.time.chrono", "MinguoDate", "MinguoEra", "MinguoChronology", "HijrahDate");
    add("java.time.chrono", "HijrahEra", "HijrahChronology", "Ser");
    add("java.time.chrono", "ChronoLocalDateImpl", "AbstractChronology");
    add("java.time.temporal", "ChronoUnit", "ChronoField", "ValueRange", "WeekFields");
    add("java.time.format", "DateTimeParseException");
  }

  private static void collections() {
    add(
        "java.util",
        "Collection",
        "List",
        "Set",
        "Map",
        "Queue",
        "Deque",
        "SortedMap",
        "SortedSet");
    add("java.util", "NavigableMap", "NavigableSet", "Map$Entry", "AbstractCollection");
    add("java.util", "AbstractList", "AbstractMap", "AbstractQueue", "AbstractSequentialList");
    add("java.util", "AbstractSet", "ArrayList", "LinkedList", "Vector", "Stack", "ArrayDeque");
    add("java.util", "PriorityQueue", "HashSet", "LinkedHashSet", "TreeSet", "HashMap");
    add("java.util", "LinkedHashMap", "TreeMap", "Hashtable", "Dictionary", "Properties");
    add("java.util", "IdentityHashMap", "EnumMap", "EnumSet", "RegularEnumSet", "JumboEnumSet");
    add("java.util", "EnumSet$SerializationProxy", "BitSet", "AbstractMap$SimpleEntry");
    add("java.util", "AbstractMap$SimpleImmutableEntry", "KeyValueHolder", "CollSer");
    add("java.util", "ImmutableCollections$List12", "ImmutableCollections$ListN");
    add("java.util", "ImmutableCollections$Set12", "ImmutableCollections$SetN");
    add("java.util", "ImmutableCollections$Map1", "ImmutableCollections$MapN");
    add("java.util", "ImmutableCollections$SubList", "ImmutableCollections$AbstractImmutableList");
    add("java.util", "ImmutableCollections$AbstractImmutableCollection");
    add("java.util", "ImmutableCollections$AbstractImmutableSet");
    add("java.util", "ImmutableCollections$AbstractImmutableMap", "Arrays$ArrayList");
    add("java.util", "Comparators$NaturalOrderComparator", "Collections$ReverseComparator");
    add("java.util", "Collections$ReverseComparator2");
    add("java.lang", "String$CaseInsensitiveComparator");
  }

  private static void views() {
    for (String prefix : new String[] {"Unmodifiable", "Synchronized", "Checked"}) {
      for (String view :
          new String[] {
            "Collection",
            "List",
            "RandomAccessList",
            "Set",
            "SortedSet",
            "NavigableSet",
            "Map",
            "SortedMap",
            "NavigableMap"
          }) {
        add("java.util", "Collections$" + prefix + view);
      }
    }
    add("java.util", "Collections$EmptyList", "Collections$EmptySet", "Collections$EmptyMap");
    add("java.util", "Collections$SingletonList", "Collections$SingletonSet");
    add("java.util", "Collections$SingletonMap", "Collections$CopiesList");
    add("java.util", "Collections$SetFromMap", "AbstractList$SubList");
    add("java.util", "ArrayList$SubList", "Collections$UnmodifiableEntrySet");
    add("java.util", "Collections$UnmodifiableMap$UnmodifiableEntrySet");
    add("java.util", "Collections$UnmodifiableNavigableMap$EmptyNavigableMap");
    add("java.util", "Collections$UnmodifiableNavigableSet$EmptyNavigableSet");
  }

  private static void concurrent() {
    add("java.util.concurrent", "ConcurrentHashMap", "ConcurrentHashMap$Segment");
    add("java.util.concurrent", "ConcurrentHashMap$KeySetView", "ConcurrentSkipListMap");
    add("java.util.concurrent", "ConcurrentHashMap$CollectionView", "ConcurrentSkipListSet");
    add("java.util.concurrent", "CopyOnWriteArrayList", "CopyOnWriteArraySet", "ConcurrentMap");
    add("java.util.concurrent", "ConcurrentLinkedQueue", "ConcurrentLinkedDeque", "TimeUnit");
    add("java.util.concurrent", "ArrayBlockingQueue", "LinkedBlockingQueue", "LinkedBlockingDeque");
    add("java.util.concurrent", "PriorityBlockingQueue", "BlockingQueue", "BlockingDeque");
    add("java.util.concurrent.atomic", "AtomicBoolean", "AtomicInteger", "AtomicIntegerArray");
    add("java.util.concurrent.atomic", "AtomicLong", "AtomicLongArray", "AtomicReference");
    add("java.util.concurrent.atomic", "AtomicReferenceArray", "LongAdder");
    add("java.util.concurrent.atomic", "LongAdder$SerializationProxy", "Striped64");
    // what the queues and the old form of ConcurrentHashMap drag along in serial form
    add("java.util.concurrent.locks", "ReentrantLock", "ReentrantLock$Sync");
    add("java.util.concurrent.locks", "ReentrantLock$FairSync", "ReentrantLock$NonfairSync");
    add("java.util.concurrent.locks", "AbstractQueuedSynchronizer", "AbstractOwnableSynchronizer");
    add("java.util.concurrent.locks", "AbstractQueuedSynchronizer$ConditionObject");
  }

  private static void others() {
    add("java.util", "UUID", "Optional", "OptionalInt", "OptionalLong", "OptionalDouble", "Locale");
    add("java.util", "Currency", "Date", "Calendar", "GregorianCalendar", "TimeZone");
    add("java.util", "SimpleTimeZone", "Comparator");
    add("java.net", "URI");
    add("java.nio.charset", "Charset");
    add("java.sql", "Timestamp", "Date", "Time");
    add("sun.util.calendar", "ZoneInfo");
  }
}
