package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.codec.fst.FstCodecFactory;
import io.nearside.store.Seeds;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

class FstCodecTest {
  private static final int THREADS = 8;
  private static final int MUTANTS = Boolean.getBoolean("test.stress") ? 1_000_000 : 20_000;

  private static final List<String> INITIALISED = new ArrayList<>();

  private final Codec codec = new FstCodecFactory().create(FstContexts.context("orders"));

  private static Object roundTrip(Codec codec, Object value) {
    byte[] bytes = codec.encode(value);
    return codec.decode(bytes, 0, bytes.length);
  }

  private static Codec without(String refused) {
    AllowList allowed = AllowLists.allBut(refused);
    return new FstCodecFactory().create(FstContexts.context("orders", allowed));
  }

  @Test
  void readsWithinALargerArray() {
    byte[] bytes = codec.encode("text");
    byte[] larger = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, larger, 3, bytes.length);
    assertThat(codec.decode(larger, 3, bytes.length)).isEqualTo("text");
  }

  @Test
  void refusesAnotherLayout() {
    byte[] bytes = codec.encode("text");
    bytes[0]++;
    assertThatThrownBy(() -> codec.decode(bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void keepsPartsSharedBetweenFormsOfTheJdkAndTheApplication() {
    Date date = new Date(5);
    Exception error = new Carrying(date);
    Object[] back = (Object[]) roundTrip(codec, new Object[] {date, error});
    assertThat(((Carrying) back[1]).carried).isSameAs(back[0]);
  }

  @Test
  void keepsRowsThatAreTheSameRow() {
    int[] row = {1, 2};
    int[][] back = (int[][]) roundTrip(codec, new int[][] {row, row});
    assertThat(back[0]).isSameAs(back[1]).containsExactly(1, 2);
  }

  @Test
  void findsWhatACycleHashes() {
    Fixtures.Parent parent = new Fixtures.Parent();
    Fixtures.Child child = new Fixtures.Child(parent, 1);
    new Fixtures.Child(parent, 2);
    Fixtures.Child back = (Fixtures.Child) roundTrip(codec, child);
    assertThat(back.parent.children).hasSize(2).contains(back);
  }

  @Test
  void neitherWritesNorReadsNorInitialisesWhatIsNotAllowed() {
    byte[] bytes = codec.encode(new Object[] {Canary.class.getName(), new Canary[0]});
    Codec careful = without(Canary.class.getName());
    assertThatThrownBy(() -> careful.encode(new Canary[0]))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache \"orders\"")
        .hasMessageContaining("allowedTypes: [\"" + Canary.class.getName() + "\"]");
    assertThatThrownBy(() -> careful.decode(bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
    assertThat(INITIALISED).isEmpty();
  }

  @Test
  void checksTheInterfacesOfAProxy() {
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Fixtures.Greeter.class}, new Greeting());
    byte[] bytes = codec.encode(proxy);
    assertThat(((Fixtures.Greeter) codec.decode(bytes, 0, bytes.length)).greet()).isEqualTo("hi");
    Codec careful = without(Fixtures.Greeter.class.getName());
    assertThatThrownBy(() -> careful.encode(proxy)).isInstanceOf(CacheException.class);
    assertThatThrownBy(() -> careful.decode(bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void checksTheClassesWithinASerialForm() {
    byte[] bytes = codec.encode(new Fixtures.Replaced("x"));
    Codec careful = without("io.nearside.codec.Fixtures$Replaced$Proxy");
    assertThatThrownBy(() -> careful.encode(new Fixtures.Replaced("x")))
        .isInstanceOf(CacheException.class);
    assertThatThrownBy(() -> careful.decode(bytes, 0, bytes.length))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void threadsMayMeetAClassForTheFirstTimeTogether() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (int round = 0; round < 200; round++) {
        Codec fresh = new FstCodecFactory().create(FstContexts.context("orders"));
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Callable<String> task =
            () -> {
              start.await();
              return ObjectGraph.describe(roundTrip(fresh, sample()));
            };
        List<Future<String>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          results.add(threads.submit(task));
        }
        for (Future<String> result : results) {
          assertThat(result.get()).isEqualTo(ObjectGraph.describe(sample()));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void mutatedBytesAreReadOrUnreadableAndNothingElse() {
    RandomGenerator random = Seeds.random(Seeds.seed("FstCodecTest"));
    List<byte[]> originals = new ArrayList<>();
    for (CopyCases.Case c : FstMatrixTest.carried()) {
      byte[] bytes = codec.encode(c.original().get());
      if (bytes.length < 10_000) {
        originals.add(bytes);
      }
    }
    int unreadable = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] bytes = mutant(originals.get(random.nextInt(originals.size())), random);
      try {
        assertThat(codec.decode(bytes, 0, bytes.length)).isNotNull();
      } catch (UnreadableException e) {
        unreadable++;
      }
    }
    assertThat(unreadable).isGreaterThan(MUTANTS / 10);
  }

  private static byte[] mutant(byte[] original, RandomGenerator random) {
    byte[] bytes = original.clone();
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      int at = bytes.length == 1 ? 0 : 1 + random.nextInt(bytes.length - 1);
      bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) -127;
    }
    return random.nextInt(8) > 0
        ? bytes
        : java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
  }

  private static Object sample() {
    Map<String, Object> sample = new HashMap<>();
    sample.put("dto", new Fixtures.Dto().withLines(3));
    sample.put(
        "record", new Fixtures.Nested(new Fixtures.Point(1, 2), new Fixtures.Tags(List.of())));
    sample.put("serial", new Fixtures.Replaced("x"));
    sample.put("pojo", new Fixtures.Pojo("y"));
    return sample;
  }

  static final class Canary {
    static {
      INITIALISED.add("canary");
    }
  }

  static final class Carrying extends Exception {
    private static final long serialVersionUID = 1L;
    final Date carried;

    Carrying(Date carried) {
      this.carried = carried;
    }
  }

  static final class Greeting implements InvocationHandler, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
      return "hi";
    }
  }

  /** Trusts all classes but one. */
  private static final class AllowLists {
    static AllowList allBut(String refused) {
      return new AllowList() {
        @Override
        public boolean allows(Class<?> type) {
          return !type.isHidden() && !type.getName().equals(refused);
        }

        @Override
        public boolean allows(String className) {
          return !className.contains(refused);
        }
      };
    }
  }
}
