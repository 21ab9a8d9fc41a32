package io.nearside.codec;

import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.net.Socket;
import java.time.LocalDate;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Classes of an imagined application, each with one thing that a copier may get wrong. */
@SuppressWarnings("serial") // classes are never read by another version of themselves
final class Fixtures {
  /** Those whose objects nobody can change. */
  static final Set<Class<?>> IMMUTABLE =
      Set.of(
          Point.class,
          Circle.class,
          Square.class,
          Empty.class,
          Range.class,
          Chain.class,
          FinalFields.class,
          Drawing.class);

  private Fixtures() {}

  record Point(int x, long y) {}

  record Empty() {}

  record Range(LocalDate from, LocalDate to) {
    Range {
      if (from.isAfter(to)) {
        throw new IllegalArgumentException("from is after to");
      }
    }
  }

  record Chain(String name, Chain next) {}

  record Generic<T>(T value) {}

  record Nested(Point point, Tags tags) {}

  record Tags(List<String> names) {}

  record CopyingTags(List<Object> names, Map<String, Object> map) {
    CopyingTags {
      names = List.copyOf(names);
      map = Map.copyOf(map);
    }
  }

  record Price(BigDecimal amount) {}

  record Growing(String name, Object part) {
    Growing {
      name = name + "!";
    }
  }

  record Liar(List<String> names) implements Serializable {
    @Override
    public List<String> names() {
      return List.of("not what the field holds");
    }
  }

  record SerialRecord(String name, Exception error) implements Serializable {}

  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(double side) implements Shape {}

  record Drawing(Shape shape) {}

  sealed interface Animal permits Dog, Cat {}

  static final class Dog implements Animal {
    int age = 3;
  }

  record Cat(int lives) implements Animal {}

  record Cage(Animal animal) {}

  enum Level {
    LOW,
    HIGH {
      @Override
      int weight() {
        return 10;
      }
    };

    int weight() {
      return 1;
    }
  }

  static final class FinalFields {
    private final String name;
    private final Level level;

    FinalFields(String name, Level level) {
      this.name = name;
      this.level = level;
    }

    @Override
    public String toString() {
      return name + level;
    }
  }

  static class OpenFinalFields {
    final Number number;

    OpenFinalFields(Number number) {
      this.number = number;
    }
  }

  static final class Dto implements Serializable {
    String name = "name";
    int count = 7;
    long total = 1L << 40;
    double price = 2.5;
    boolean open = true;
    Date created = new Date(1_700_000_000_000L);
    Long boxed = 77L;
    Level level = Level.HIGH;
    List<Line> lines = new ArrayList<>();

    Dto withLines(int number) {
      for (int i = 0; i < number; i++) {
        lines.add(new Line("line " + i, i));
      }
      return this;
    }
  }

  static final class Line implements Serializable {
    String text;
    int number;

    Line(String text, int number) {
      this.text = text;
      this.number = number;
    }
  }

  /** Neither serialisable nor with a constructor that could be called. */
  static class Pojo {
    private String name;
    private List<String> tags = new ArrayList<>();

    Pojo(String name) {
      this.name = Objects.requireNonNull(name);
      tags.add(name);
    }

    void rename(String to) {
      name = to;
    }
  }

  static final class SubPojo extends Pojo {
    private final int[] name = {1, 2, 3};

    SubPojo() {
      super("sub");
    }
  }

  static final class Loud {
    static int created;
    int value = 5;

    Loud() {
      created++;
    }
  }

  static final class Node implements Serializable {
    Node next;
    Object payload;
  }

  static final class Pair {
    Object left;
    Object right;
  }

  static final class Parent {
    String name = "parent";
    Set<Child> children = new HashSet<>();
  }

  static final class Child {
    final Parent parent;
    final int id;

    Child(Parent parent, int id) {
      this.parent = parent;
      this.id = id;
      parent.children.add(this);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Child child && child.id == id && child.parent == parent;
    }

    @Override
    public int hashCode() {
      return 31 * id + (parent.name == null ? 0 : parent.name.hashCode());
    }
  }

  /** Its hash depends on a field that a cycle leads back through. */
  static final class LateHash {
    Object cycle;
    StringBuilder name = new StringBuilder();

    LateHash(String name) {
      this.name.append(name);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof LateHash late && text().equals(late.text());
    }

    @Override
    public int hashCode() {
      return text().hashCode();
    }

    private String text() {
      return String.valueOf(name);
    }
  }

  static final class Singleton implements Serializable {
    static final Singleton INSTANCE = new Singleton();
    private int hits;

    private Object readResolve() {
      return INSTANCE;
    }

    void hit() {
      hits++;
    }
  }

  static final class Holder implements Serializable {
    Object held;

    Holder(Object held) {
      this.held = held;
    }
  }

  static final class Replaced implements Serializable {
    private final List<String> names = new ArrayList<>();

    Replaced(String name) {
      names.add(name);
    }

    private Object writeReplace() {
      return new Proxy(names.get(0));
    }

    private record Proxy(String name) implements Serializable {
      private Object readResolve() throws ObjectStreamException {
        if (name.isEmpty()) {
          throw new InvalidObjectException("empty");
        }
        return new Replaced(name);
      }
    }
  }

  static final class BecomesOther implements Serializable {
    int state = 1;

    private Object writeReplace() {
      return "another";
    }
  }

  static final class CustomForm implements Serializable {
    transient StringBuilder text = new StringBuilder();

    private void writeObject(ObjectOutputStream out) throws IOException {
      out.defaultWriteObject();
      out.writeUTF(text.toString());
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      text = new StringBuilder(in.readUTF());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof CustomForm form && form.text.toString().equals(text.toString());
    }

    @Override
    public int hashCode() {
      return text.toString().hashCode();
    }
  }

  public static final class External implements Externalizable {
    String name = "";

    public External() {}

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
      out.writeUTF(name);
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
      name = in.readUTF();
    }
  }

  static final class WithTransient implements Serializable {
    String kept = "kept";
    transient Socket socket = new Socket();
    transient int hash = 5;
  }

  static final class Connected {
    Customer customer = new Customer();
  }

  static final class Customer {
    Map<String, Object> resources = new HashMap<>();
    Socket socket;
  }

  static final class FieldList extends ArrayList<String> {
    String owner = "owner";
  }

  static final class FieldMap extends HashMap<String, Object> {
    List<String> log = new ArrayList<>();
  }

  static final class Lru extends LinkedHashMap<String, Integer> {
    final int limit;

    Lru(int limit) {
      super(16, 0.75f, true);
      this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
      return size() > limit;
    }
  }

  static final class OwnList extends AbstractList<Object> {
    private final Object[] elements = {1, new StringBuilder("two")};

    @Override
    public Object get(int index) {
      return elements[index];
    }

    @Override
    public int size() {
      return elements.length;
    }
  }

  static class NotSerialisableBase {
    String base = "kept by copying, lost by serialising";
  }

  static final class SerialisableChild extends NotSerialisableBase implements Serializable {
    String child = "child";
  }

  static final class ChildWithForm extends NotSerialisableBase implements Serializable {
    Exception serialised = new IllegalStateException();
  }

  static final class OwnNumber extends BigDecimal {
    int changes;

    OwnNumber(int value) {
      super(value);
    }
  }

  static final class OwnDate extends Date {
    String note = "note";
  }

  static final class Moody {
    boolean failing;

    @Override
    public int hashCode() {
      if (failing) {
        throw new IllegalStateException("not in the mood");
      }
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return other == this;
    }
  }

  final class Inner {
    int value = 4;
  }

  static Inner inner() {
    return new Fixtures().new Inner();
  }

  interface Greeter {
    String greet();
  }

  interface SerialSupplier extends Serializable {
    Object get();
  }
}
