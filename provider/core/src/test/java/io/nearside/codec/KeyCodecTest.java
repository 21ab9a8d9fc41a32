package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What text keys have, what comes back, and what is refused. */
class KeyCodecTest {
  private final KeyCodec codec = KeyCases.codec();

  static List<Object> keys() {
    return KeyCases.keys();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyComesBackEqual(Object key) {
    String text = codec.encode(key);
    Object back = codec.decode(text);
    assertThat(back).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(key).isEqualTo(back);
    assertThat(text).doesNotContain("~", "{", "}").doesNotContainPattern("\\p{Cntrl}");
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void unequalKeysHaveUnequalTexts() {
    assertThat(KeyCases.keys().stream().map(codec::encode)).doesNotHaveDuplicates();
  }

  /** These are a promise: keys are in Redis longer than a version of the program is in use. */
  @Test
  void textsAreAsTheyAlwaysWere() {
    assertThat(
            List.of(
                codec.encode("user"),
                codec.encode("a:{b}\n\ud83d"),
                codec.encode(42L),
                codec.encode(42),
                codec.encode(UUID.fromString("00000000-0000-4000-8000-0000000000ff")),
                codec.encode(0.1),
                codec.encode(100.0),
                codec.encode(Math.PI),
                codec.encode(KeyCases.Operation.ADD),
                codec.encode(new KeyCases.Id("a", 1)),
                codec.encode(new KeyCases.LineId("a", 1, 2)),
                codec.encode(Arrays.asList(1, null)),
                codec.encode(Map.of("k", Set.of(2, 1)))))
        .containsExactly(
            "s:user",
            "s:a%3A%7Bb%7D%0A%uD83D",
            "l:42",
            "i:42",
            "u:00000000-0000-4000-8000-0000000000ff",
            "d:0.1",
            "d:1E+2",
            "d:0x1.921fb54442d18p1",
            "e:io.nearside.codec.KeyCases$Operation:ADD",
            "r:io.nearside.codec.KeyCases$Id(number=l:1,shop=s:a)",
            "o:io.nearside.codec.KeyCases$LineId(line=i:2,number=i:1,shop=s:a)",
            "list(i:1,n:)",
            "map(s:k=set(i:1,i:2))");
  }

  @Test
  void equalCollectionsOfOtherClassesHaveOneText() {
    List<Integer> list = List.of(3, 1, 2);
    assertThat(List.of(new ArrayList<>(list), new LinkedList<>(list), Arrays.asList(3, 1, 2)))
        .allMatch(other -> codec.encode(other).equals(codec.encode(list)));
    Set<Integer> set = Set.of(3, 1, 2);
    assertThat(List.of(new HashSet<>(set), new LinkedHashSet<>(list), new TreeSet<>(set)))
        .allMatch(other -> codec.encode(other).equals(codec.encode(set)));
    Map<String, Integer> map = Map.of("a", 1, "b", 2);
    assertThat(codec.encode(new TreeMap<>(map))).isEqualTo(codec.encode(map));
  }

  @Test
  void datesThatAreEqualHaveOneText() {
    assertThat(codec.encode(new java.sql.Date(5))).isEqualTo(codec.encode(new Date(5)));
    assertThat(codec.encode(new java.sql.Time(5))).isEqualTo(codec.encode(new Date(5)));
  }

  static List<Object> withoutForm() {
    TreeSet<String> ignoresCase = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    ignoresCase.add("a");
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    return List.of(
        new Object(),
        new byte[1],
        new int[0],
        String.class,
        new StringBuilder("a"),
        Locale.ROOT,
        Collections.unmodifiableCollection(List.of()),
        new IdentityHashMap<>(),
        ignoresCase,
        new TreeSet<>(Set.of(BigDecimal.ONE)),
        cycle,
        List.of(List.of(new byte[0])),
        (Runnable & Serializable) () -> {},
        new IllegalStateException(),
        new WithoutEquals(),
        new NotSerialisable(),
        new IgnoresCase("Ada"),
        new Approximate(1.5),
        new LeavesOut(1, "x"),
        new CaseInsensitive("Ada"),
        new ByValueOfNumber(BigDecimal.ONE),
        new OwnList());
  }

  @ParameterizedTest
  @MethodSource("withoutForm")
  void whatHasNoCanonicalFormIsRefused(Object key) {
    assertThatThrownBy(() -> codec.encode(key))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith("cache \"orders\": a key of ")
        .hasMessageContaining(key.getClass().getTypeName())
        .hasMessageContaining("register an io.nearside.codec.KeyForm");
  }

  @Test
  void theMessageLeadsToThePart() {
    KeyCases.Mixed key = new KeyCases.Mixed(List.of(new byte[0]), null, 0, 0, 'x', null);
    assertThatThrownBy(() -> codec.encode(key))
        .hasMessageContaining("its part .any[0]: arrays are equal to no other array");
  }

  @Test
  void aNormalisingConstructorIsNoEqualsOfItsOwn() {
    LowerCase key = new LowerCase("ADA");
    assertThat(codec.decode(codec.encode(key))).isEqualTo(key);
  }

  @Test
  void aTextOf64KibIsTheLongest() {
    String longest = "x".repeat(KeyCodec.MAX_BYTES - 2);
    assertThat(codec.decode(codec.encode(longest))).isEqualTo(longest);
    assertThatThrownBy(() -> codec.encode(longest + "x")).hasMessageContaining("65536 bytes");
    assertThatThrownBy(() -> codec.encode("ä".repeat(KeyCodec.MAX_BYTES / 2)))
        .hasMessageContaining("65536 bytes");
  }

  @Test
  void aDepthOf32IsTheDeepest() {
    Object deepest = nested(32);
    assertThat(codec.decode(codec.encode(deepest))).isEqualTo(deepest);
    assertThatThrownBy(() -> codec.encode(nested(33))).hasMessageContaining("more than 32 deep");
    assertThatThrownBy(() -> codec.decode("list(".repeat(33) + ")".repeat(33)))
        .isInstanceOf(UnreadableException.class);
  }

  private static Object nested(int depth) {
    Object value = List.of();
    for (int i = 1; i < depth; i++) {
      value = List.of(value);
    }
    return value;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "s:a:b(",
        "x:1",
        "i:01",
        "i:+1",
        "i:",
        "l:1 ",
        "u:1-1-1-1-1",
        "b:TRUE",
        "d:1.0",
        "d:1e3",
        "bd:1e3",
        "n:",
        "s:%",
        "s:%4",
        "s:%41",
        "s:%7b",
        "s:a~b",
        "list(i:1,)",
        "list(i:1",
        "set(i:2,i:1)",
        "set(i:1,i:1)",
        "map(i:1=i:1,i:1=i:2)",
        "opt(i:1,i:1)",
        "opt(n:)",
        "e:java.lang.Thread$State:NEW",
        "e:io.nearside.codec.KeyCases$Colour:BLUE",
        "r:io.nearside.codec.KeyCases$Id(shop=s:a,number=l:1)",
        "r:io.nearside.codec.KeyCases$Id(number=i:1,shop=s:a)",
        "r:io.nearside.codec.KeyCases$Id(number=n:,shop=s:a)",
        "o:io.nearside.codec.KeyCases$Id(number=l:1,shop=s:a)",
        "r:io.nearside.codec.KeyCases$Missing()",
        "r:io.nearside.codec.Codec()",
        "array(i:1)",
        "bytes:00",
        "ints(i:1)",
        "hbasic()",
        "hparameters()",
        "shop.money(i:1)"
      })
  void aTextThatIsNotCanonicalIsUnreadable(String text) {
    assertThatThrownBy(() -> codec.decode(text)).isInstanceOf(UnreadableException.class);
  }

  @Test
  void aClassThatIsNotAllowedIsNeitherWrittenNorLoaded() {
    String name = "io.nearside.codec.KeyCases$Id";
    KeyCodec strict = KeyCases.codec(KeyCases.allowing("com.shop."), KeyForms.of(List.of()));
    assertThatThrownBy(() -> strict.encode(new KeyCases.Id("a", 1)))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining(name + " is not among the allowed classes");
    ClassLoader noLoader =
        new ClassLoader(null) {
          @Override
          protected Class<?> loadClass(String className, boolean resolve) {
            throw new AssertionError("loaded " + className);
          }
        };
    CodecContext context =
        new CodecContext("c", Object.class, Object.class, noLoader, KeyCases.allowing("com.shop."));
    KeyCodec reader = new KeyCodec(context, KeyForms.of(List.of()));
    assertThatThrownBy(() -> reader.decode("r:" + name + "(number=l:1,shop=s:a)"))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("not allowed");
  }

  @Test
  void aFormOfTheApplicationIsUsed() {
    KeyCodec withForm =
        KeyCases.codec(KeyCases.allowing("nothing"), KeyForms.of(List.of(new CurrencyForm("a.b"))));
    Object key = List.of(Currency.getInstance("EUR"));
    assertThat(withForm.encode(key)).isEqualTo("list(a.b(s:EUR))");
    assertThat(withForm.decode("list(a.b(s:EUR))")).isEqualTo(key);
    assertThatThrownBy(() -> withForm.decode("a.b(s:none)"))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void aFormThatMakesAnotherKeyIsRefused() {
    CurrencyForm wrong =
        new CurrencyForm("a.b") {
          @Override
          public Currency key(List<? extends @Nullable Object> parts) {
            return Currency.getInstance("CHF");
          }
        };
    KeyCodec withForm = KeyCases.codec(KeyCases.OWN_CLASSES, KeyForms.of(List.of(wrong)));
    assertThatThrownBy(() -> withForm.encode(Currency.getInstance("EUR")))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("makes another key");
  }

  @ParameterizedTest
  @CsvSource({"money", "a.", ".a", "A.b", "'a b.c'", "a.b:c", "''"})
  void aWrongPrefixIsRefused(String prefix) {
    assertThatThrownBy(() -> KeyForms.of(List.of(new CurrencyForm(prefix))))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("prefix");
  }

  @Test
  void formsThatMeetAreRefused() {
    assertThatThrownBy(() -> KeyForms.of(List.of(new CurrencyForm("a.b"), new CurrencyForm("a.c"))))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("java.util.Currency");
  }

  @Test
  void formsAreFoundByTheClassLoadersServices() {
    KeyForms forms = KeyForms.of(new WithService(PublicForm.class.getName()));
    assertThat(forms.of(Currency.class)).isInstanceOf(PublicForm.class);
    assertThatThrownBy(() -> KeyForms.of(new WithService("com.shop.Missing")))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("com.shop.Missing");
  }

  static class CurrencyForm implements KeyForm<Currency> {
    private final String prefix;

    CurrencyForm(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public Class<Currency> type() {
      return Currency.class;
    }

    @Override
    public String prefix() {
      return prefix;
    }

    @Override
    public List<? extends @Nullable Object> parts(Currency key) {
      return List.of(key.getCurrencyCode());
    }

    @Override
    public Currency key(List<? extends @Nullable Object> parts) {
      return Currency.getInstance((String) parts.get(0));
    }
  }

  public static final class PublicForm extends CurrencyForm {
    public PublicForm() {
      super("shop.currency");
    }
  }

  private static final class WithService extends ClassLoader {
    private final String implementation;

    WithService(String implementation) {
      super(KeyCodecTest.class.getClassLoader());
      this.implementation = implementation;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws java.io.IOException {
      if (!name.equals("META-INF/services/" + KeyForm.class.getName())) {
        return super.getResources(name);
      }
      byte[] bytes = implementation.getBytes(StandardCharsets.UTF_8);
      return Collections.enumeration(List.of(new URL(null, "memory:" + name, handler(bytes))));
    }

    private static URLStreamHandler handler(byte[] bytes) {
      return new URLStreamHandler() {
        @Override
        protected URLConnection openConnection(URL url) {
          return new URLConnection(url) {
            @Override
            public void connect() {}

            @Override
            public InputStream getInputStream() {
              return new ByteArrayInputStream(bytes);
            }
          };
        }
      };
    }
  }

  record LowerCase(String text) {
    LowerCase {
      text = text.toLowerCase(Locale.ROOT);
    }
  }

  static final class WithoutEquals implements Serializable {
    private static final long serialVersionUID = 1L;
    int number = 1;
  }

  static final class NotSerialisable {
    @Override
    public boolean equals(Object other) {
      return other instanceof NotSerialisable;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  record IgnoresCase(String text) {
    @Override
    public boolean equals(Object other) {
      return other instanceof IgnoresCase key && key.text.equalsIgnoreCase(text);
    }

    @Override
    public int hashCode() {
      return text.toLowerCase(Locale.ROOT).hashCode();
    }
  }

  record ByValueOfNumber(BigDecimal number) {
    @Override
    public boolean equals(Object other) {
      return other instanceof ByValueOfNumber key && key.number.compareTo(number) == 0;
    }

    @Override
    public int hashCode() {
      return number.intValue();
    }
  }

  record Approximate(double number) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Approximate key && key.number == number;
    }

    @Override
    public int hashCode() {
      return (int) number;
    }
  }

  static final class LeavesOut implements Serializable {
    private static final long serialVersionUID = 1L;
    final int number;
    final String name;

    LeavesOut(int number, String name) {
      this.number = number;
      this.name = name;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof LeavesOut key && key.number == number;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  static final class CaseInsensitive implements Serializable {
    private static final long serialVersionUID = 1L;
    final String name;

    CaseInsensitive(String name) {
      this.name = name;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof CaseInsensitive key && key.name.equalsIgnoreCase(name);
    }

    @Override
    public int hashCode() {
      return name.toLowerCase(Locale.ROOT).hashCode();
    }
  }

  static final class OwnList extends ArrayList<Object> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }
}
