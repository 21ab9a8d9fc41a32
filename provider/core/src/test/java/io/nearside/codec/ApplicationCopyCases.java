package io.nearside.codec;

import static io.nearside.codec.CopyCases.Way.PARTS;
import static io.nearside.codec.CopyCases.Way.REFUSED;
import static io.nearside.codec.CopyCases.Way.SERIALISED;
import static io.nearside.codec.CopyCases.Way.SHARED;

import io.nearside.codec.CopyCases.Case;
import io.nearside.codec.CopyCases.Way;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/** Objects of an application, and those that have no copy. */
final class ApplicationCopyCases {
  private static final List<Case> ALL = new ArrayList<>();

  static {
    immutableClasses();
    applicationClasses();
    serialForms();
    refused();
  }

  private ApplicationCopyCases() {}

  static List<Case> all() {
    return Collections.unmodifiableList(ALL);
  }

  private static void add(Way way, String name, Supplier<Object> original) {
    ALL.add(new Case(name, way, original));
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
    add(
        PARTS,
        "anonymous class",
        () -> {
          StringBuilder captured = new StringBuilder("x");
          return new Object() {
            final StringBuilder own = captured;
          };
        });
    add(
        PARTS,
        "cycle of two",
        () -> {
          Fixtures.Node one = new Fixtures.Node();
          one.next = new Fixtures.Node();
          one.next.next = one;
          return one;
        });
    add(
        PARTS,
        "parent and hashed children",
        () -> {
          Fixtures.Parent parent = new Fixtures.Parent();
          new Fixtures.Child(parent, 1);
          new Fixtures.Child(parent, 2);
          return parent;
        });
    add(
        PARTS,
        "child of hashed children",
        () -> {
          Fixtures.Parent parent = new Fixtures.Parent();
          new Fixtures.Child(parent, 1);
          return new Fixtures.Child(parent, 2);
        });
    add(
        PARTS,
        "one part in two places",
        () -> {
          Fixtures.Pair pair = new Fixtures.Pair();
          pair.left = new Date(1);
          pair.right = pair.left;
          return pair;
        });
    add(
        PARTS,
        "chain of 10,000 nodes",
        () -> {
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
    add(
        SERIALISED,
        "holder of a readResolve singleton",
        () -> new Fixtures.Holder(Fixtures.Singleton.INSTANCE));
    add(SERIALISED, "writeReplace with a proxy", () -> new Fixtures.Replaced("a"));
    add(
        SERIALISED,
        "readObject and writeObject",
        () -> {
          Fixtures.CustomForm form = new Fixtures.CustomForm();
          form.text.append("custom");
          return form;
        });
    add(
        SERIALISED,
        "Externalizable",
        () -> {
          Fixtures.External external = new Fixtures.External();
          external.name = "ext";
          return external;
        });
    add(
        SERIALISED,
        "exception with cause and suppressed",
        () -> {
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
    add(
        SERIALISED,
        "serialisable lambda that captures a mutable",
        () -> {
          StringBuilder captured = new StringBuilder("x");
          return (Fixtures.SerialSupplier) () -> captured;
        });
    add(
        SERIALISED,
        "proxy with a serialisable handler",
        () -> {
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
    add(
        REFUSED,
        "lambda that captures a mutable",
        () -> {
          StringBuilder captured = new StringBuilder("x");
          return (Supplier<Object>) () -> captured;
        });
    add(
        REFUSED,
        "proxy with a handler that is not serialisable",
        () -> {
          List<Object> log = new ArrayList<>();
          InvocationHandler handler = (proxy, method, arguments) -> log.add(method);
          return Proxy.newProxyInstance(
              Fixtures.class.getClassLoader(), new Class<?>[] {Fixtures.Greeter.class}, handler);
        });
    add(REFUSED, "class that becomes another by writeReplace", Fixtures.BecomesOther::new);
    add(REFUSED, "serialised class whose superclass is not", Fixtures.ChildWithForm::new);
    add(
        REFUSED,
        "record that reaches itself",
        () -> {
          List<Object> list = new ArrayList<>();
          Fixtures.Generic<Object> record = new Fixtures.Generic<>(list);
          list.add(record);
          return record;
        });
    add(
        REFUSED,
        "serialised record that reaches itself",
        () -> {
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
