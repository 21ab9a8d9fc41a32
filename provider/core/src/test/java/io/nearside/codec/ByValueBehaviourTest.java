package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.util.ArrayList;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

class ByValueBehaviourTest {
  private final Copier copier = Copier.byValue("orders", getClass().getClassLoader());

  @Test
  void namesTheWayToThePartThatCannotBeCopied() {
    Fixtures.Connected value = new Fixtures.Connected();
    value.customer.socket = new Socket();
    assertThatThrownBy(() -> copier.copy(value))
        .isInstanceOf(CacheException.class)
        .hasMessage(
            "cache \"orders\": a value of io.nearside.codec.Fixtures$Connected can't be copied:"
                + " io.nearside.codec.Fixtures$Connected.customer.socket is a java.net.Socket,"
                + " which is not serialisable; make it transient or serialisable, or store by"
                + " reference");
  }

  @Test
  void namesTheWayThroughMapsAndLists() {
    Fixtures.Connected value = new Fixtures.Connected();
    value.customer.resources.put("open", List.of(new Date(), new Object[] {1, new Socket()}));
    assertThatThrownBy(() -> copier.copy(value))
        .hasMessageContaining("Connected.customer.resources[open][1][1] is a java.net.Socket");
  }

  @Test
  void namesTheWayWithinWhatIsSerialised() {
    Fixtures.Holder value =
        new Fixtures.Holder(
            new Object[] {Fixtures.Singleton.INSTANCE, new Fixtures.Holder(new Socket())});
    assertThatThrownBy(() -> copier.copy(value))
        .hasMessageContaining("Holder.held[1].held is a java.net.Socket, which");
  }

  @Test
  void saysWhenTheFieldsOfASuperclassWouldBeLost() {
    assertThatThrownBy(() -> copier.copy(new Fixtures.ChildWithForm()))
        .hasMessageContaining("NotSerialisableBase");
  }

  @Test
  void keepsTheFieldsOfASuperclassThatIsNotSerialisable() {
    Fixtures.SerialisableChild child = new Fixtures.SerialisableChild();
    child.base = "changed";
    assertThat(copier.copy(child).base).isEqualTo("changed");
  }

  @Test
  void leavesTransientFieldsAtTheirDefaults() {
    Fixtures.WithTransient copy = copier.copy(new Fixtures.WithTransient());
    assertThat(copy.kept).isEqualTo("kept");
    assertThat(copy.socket).isNull();
    assertThat(copy.hash).isZero();
  }

  @Test
  void runsNoConstructor() {
    Fixtures.Loud original = new Fixtures.Loud();
    original.value = 9;
    int before = Fixtures.Loud.created;
    assertThat(copier.copy(original).value).isEqualTo(9);
    assertThat(Fixtures.Loud.created).isEqualTo(before);
  }

  @Test
  void keepsSingletonsSingle() {
    Fixtures.Singleton.INSTANCE.hit();
    Fixtures.Holder copy = copier.copy(new Fixtures.Holder(Fixtures.Singleton.INSTANCE));
    assertThat(copy.held).isSameAs(Fixtures.Singleton.INSTANCE);
  }

  @Test
  void keepsAccessOrder() {
    LinkedHashMap<String, Date> original = new LinkedHashMap<>(16, 0.75f, true);
    original.put("a", new Date(1));
    original.put("b", new Date(2));
    LinkedHashMap<String, Date> copy = copier.copy(original);
    copy.get("a");
    assertThat(copy.keySet()).containsExactly("b", "a");
    assertThat(original.keySet()).containsExactly("a", "b");
  }

  @Test
  void aSubclassGoesOnWorkingAsItself() {
    Fixtures.Lru original = new Fixtures.Lru(2);
    original.put("a", 1);
    original.put("b", 2);
    Fixtures.Lru copy = copier.copy(original);
    copy.get("a");
    copy.put("c", 3);
    assertThat(copy.keySet()).containsExactly("a", "c");
  }

  @Test
  void calendarsDoNotShareTheirZone() {
    GregorianCalendar original = new GregorianCalendar(2026, 1, 2);
    GregorianCalendar copy = copier.copy(original);
    int offset = copy.getTimeZone().getRawOffset();
    original.getTimeZone().setRawOffset(offset + 3_600_000);
    original.add(java.util.Calendar.DATE, 1);
    assertThat(copy.getTimeZone().getRawOffset()).isEqualTo(offset);
    assertThat(copy.getTimeInMillis()).isNotEqualTo(original.getTimeInMillis());
  }

  @Test
  void aHashSetThatACycleEntersCanBeSearched() {
    Fixtures.LateHash one = new Fixtures.LateHash("one");
    Fixtures.LateHash two = new Fixtures.LateHash("two");
    Set<Object> set = new HashSet<>(List.of(one, two));
    one.cycle = set;
    two.cycle = set;
    Fixtures.LateHash copy = copier.copy(one);
    Set<?> copiedSet = (Set<?>) copy.cycle;
    assertThat(copiedSet).hasSize(2);
    assertThat(copiedSet.contains(copy)).isTrue();
    assertThat(copiedSet.contains(new Fixtures.LateHash("two"))).isTrue();
  }

  @Test
  void aHashedPartBehindAHashedPartOfACycleCanBeFound() {
    Fixtures.Parent parent = new Fixtures.Parent();
    Fixtures.Child child = new Fixtures.Child(parent, 1);
    Fixtures.Child copy = copier.copy(child);
    assertThat(copy.parent.children.contains(copy)).isTrue();
    Map<Object, Object> map = new java.util.HashMap<>();
    map.put(new HashSet<>(Set.of(child)), "x");
    Map<Object, Object> copied = copier.copy(map);
    assertThat(copied.get(copied.keySet().iterator().next())).isEqualTo("x");
  }

  @Test
  void anUnmodifiableViewStaysAViewOfItsList() {
    List<Object> list = new ArrayList<>(List.of("a"));
    Object[] copy = copier.copy(new Object[] {list, java.util.Collections.unmodifiableList(list)});
    @SuppressWarnings("unchecked")
    List<Object> copiedList = (List<Object>) copy[0];
    copiedList.add("b");
    assertThat((List<?>) copy[1]).hasToString("[a, b]");
  }

  @Test
  void refusesClearlyWhatIsNestedTooDeeply() {
    Object nest = "core";
    for (int i = 0; i < 200_000; i++) {
      nest =
          new TreeSet<>(List.of()).isEmpty() ? new Fixtures.Generic<>(new Object[] {nest}) : nest;
    }
    Object deep = nest;
    assertThatThrownBy(() -> copier.copy(deep))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("nested too deeply");
    assertThat(copier.copy(new Fixtures.Dto()).name).isEqualTo("name");
  }

  @Test
  void saysWhenTheCodeOfAValueFails() {
    Set<Object> original = new HashSet<>();
    Fixtures.Moody moody = new Fixtures.Moody();
    original.add(moody);
    moody.failing = true;
    assertThatThrownBy(() -> copier.copy(original))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith("cache \"orders\": a value of java.util.HashSet can't be copied")
        .hasMessageContaining("not in the mood")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void readsOnlyClassesThatWereWritten() throws Exception {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var writer = new WrittenClasses().writer(bytes)) {
      writer.writeObject(new Fixtures.Dto());
    }
    var input = new java.io.ByteArrayInputStream(bytes.toByteArray());
    try (var reader = new WrittenClasses().reader(input, bytes.size())) {
      assertThatThrownBy(reader::readObject)
          .isInstanceOf(java.io.InvalidClassException.class)
          .hasMessageContaining("was not written");
    }
  }

  @Test
  void readsNoArrayThatTheBytesCannotHold() throws Exception {
    var classes = new WrittenClasses();
    var bytes = new java.io.ByteArrayOutputStream();
    try (var writer = classes.writer(bytes)) {
      writer.writeObject(new long[1_000]);
    }
    var input = new java.io.ByteArrayInputStream(bytes.toByteArray());
    try (var reader = classes.reader(input, 10)) {
      assertThatThrownBy(reader::readObject)
          .isInstanceOf(java.io.InvalidClassException.class)
          .hasMessageContaining("REJECTED");
    }
  }

  @Test
  void refusesARecordWhoseConstructorChangesItsArguments() {
    assertThatThrownBy(() -> copier.copy(new Fixtures.Growing("a", new Date(1))))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("has a constructor that makes a!! of a!");
  }

  @Test
  void saysWhyAnOrdinaryClassHadToBeSerialisable() {
    Fixtures.Pair pair = new Fixtures.Pair();
    pair.left = new IllegalStateException("x");
    assertThatThrownBy(() -> copier.copy(pair))
        .hasMessageContaining(
            "it is not serialisable (the value holds a java.lang.IllegalStateException, so all of"
                + " it is serialised)");
  }

  @Test
  void oneClassMayHoldWhatIsSerialisedAndWhatCannotBe() {
    assertThat(copier.copy(new Fixtures.Holder(Fixtures.Singleton.INSTANCE)).held).isNotNull();
    Fixtures.Holder copy = copier.copy(new Fixtures.Holder(new Fixtures.Pojo("a")));
    assertThat(copy.held).isInstanceOf(Fixtures.Pojo.class);
    Fixtures.Pair both = new Fixtures.Pair();
    both.left = Fixtures.Singleton.INSTANCE;
    assertThatThrownBy(() -> copier.copy(new Fixtures.Holder(both)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("Holder.held is a io.nearside.codec.Fixtures$Pair, which is not");
  }

  @Test
  void copiesAsInThreadsOfEveryKindAtOnce() throws Exception {
    Fixtures.Dto original = new Fixtures.Dto().withLines(10);
    String expected = ObjectGraph.describe(original);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int task = 0; task < 8; task++) {
        tasks.add(() -> {
          int wrong = 0;
          for (int i = 0; i < 2_000; i++) {
            Fixtures.Dto copy = copier.copy(original);
            copy.lines.get(i % 10).text = "changed";
            copy.created.setTime(i);
            wrong += copier.copy(original).lines.get(i % 10).text.equals("changed") ? 1 : 0;
          }
          return wrong;
        });
      }
      for (Future<Integer> result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(ObjectGraph.describe(original)).isEqualTo(expected);
  }

  @Test
  void aCopyWithinACopyIsFine() {
    Reentrant original = new Reentrant(copier);
    Set<Object> copy = copier.copy(new HashSet<>(Set.of(original)));
    assertThat(copy).hasSize(1);
    assertThat(original.seen.get()).isNotNull().isNotSameAs(original.inner);
  }

  /** Copies another value while it is hashed, as a key whose hashCode reads a cache would. */
  private static final class Reentrant {
    private final AtomicReference<Object> seen = new AtomicReference<>();
    private final List<String> inner = new ArrayList<>(List.of("x"));
    private final transient Copier copier;

    Reentrant(Copier copier) {
      this.copier = copier;
    }

    @Override
    public int hashCode() {
      if (copier != null) {
        seen.set(copier.copy(inner));
      }
      return 1;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Reentrant;
    }
  }

  @Test
  void allocatesNothingForWhatCannotChange() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Object[] values = {"text", 5_000L, new Fixtures.Point(1, 2), Fixtures.Level.HIGH};
    for (int i = 0; i < 20_000; i++) {
      copier.copy(values[i & 3]);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      copier.copy(values[i & 3]);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
  }
}
