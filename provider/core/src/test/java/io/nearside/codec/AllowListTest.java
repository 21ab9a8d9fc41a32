package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {
  private static final ClassLoader LOADER = AllowListTest.class.getClassLoader();

  record Order(List<Line> lines, Map<Level, ? extends Part[]> parts, Shape shape, Object any) {}

  record Line(String text) {}

  static class Base<T> {
    T held;
  }

  static class Part extends Base<Deep> {
    transient Skipped skipped;
    static Skipped constant;
  }

  static final class Deep {
    int value;
  }

  static final class Skipped {}

  static final class Unrelated {}

  enum Level {
    LOW,
    HIGH {
      @Override
      public String toString() {
        return "high";
      }
    }
  }

  sealed interface Shape permits Circle, Other {}

  record Circle(double radius) implements Shape {}

  static non-sealed class Other implements Shape {}

  private static AllowList list(Class<?> type, String... patterns) {
    return AllowList.of("orders", LOADER, List.of(type), List.of(patterns));
  }

  @Test
  void aDeclaredTypeBringsItsFieldsArgumentsAndSealedSubtypes() {
    AllowList list = list(Order.class);
    for (Class<?> type :
        List.of(
            Order.class,
            Line.class,
            Level.class,
            Level.HIGH.getClass(),
            Part.class,
            Part[].class,
            Base.class,
            Deep.class,
            Shape.class,
            Circle.class,
            Other.class,
            Line[][].class)) {
      assertThat(list.allows(type)).as(type.getName()).isTrue();
      assertThat(list.allows(type.getName())).as(type.getName()).isTrue();
    }
    assertThat(list.allows(Skipped.class)).isFalse();
    assertThat(list.allows(Unrelated.class)).isFalse();
    assertThat(list.allows("[L" + Unrelated.class.getName() + ";")).isFalse();
  }

  @Test
  void withoutDeclarationOnlySafeTypesOfTheJdkAreAllowed() {
    AllowList list = list(Object.class);
    for (Object value :
        List.of(1, "a", List.of(1), Map.of(1, 2), java.time.Instant.EPOCH, new int[0][0])) {
      assertThat(list.allows(value.getClass())).isTrue();
    }
    assertThat(list.allows(Order.class)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.Runtime",
        "java.lang.ProcessBuilder",
        "java.lang.Thread",
        "java.lang.Class",
        "java.net.URL",
        "java.net.URLClassLoader",
        "java.io.File",
        "java.lang.reflect.Proxy",
        "java.lang.reflect.Method",
        "java.lang.invoke.SerializedLambda",
        "java.rmi.server.UnicastRemoteObject",
        "javax.management.BadAttributeValueExpException",
        "javax.naming.InitialContext",
        "java.beans.EventHandler",
        "java.security.SignedObject",
        "sun.reflect.annotation.AnnotationInvocationHandler",
        "com.sun.rowset.JdbcRowSetImpl",
        "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
        "java.util.ServiceLoader",
        "javax.script.ScriptEngineManager"
      })
  void whatRunsCodeIsNeverAllowed(String name) {
    AllowList list = list(Order.class, "com.shop.**", "profile:spring", "profile:hibernate");
    assertThat(list.allows(name)).isFalse();
    assertThat(list.allows("[L" + name + ";")).isFalse();
  }

  @Test
  void patternsNameClassesPackagesAndTrees() {
    AllowList list = list(Object.class, "com.shop.**", "org.part.*", "net.Thing");
    assertThat(list.allows("com.shop.Order")).isTrue();
    assertThat(list.allows("com.shop.deep.Order$Line")).isTrue();
    assertThat(list.allows("com.shopping.Order")).isFalse();
    assertThat(list.allows("org.part.One")).isTrue();
    assertThat(list.allows("org.part.deep.One")).isFalse();
    assertThat(list.allows("net.Thing")).isTrue();
    assertThat(list.allows("net.Thing2")).isFalse();
    assertThat(list.allows("com.shop.Order/0x0000")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "**",
        "",
        ".*",
        "com.*.Order",
        "com.shop.Ord*",
        "java.**",
        "java.util.*",
        "javax.**",
        "java.lang.Runtime",
        "sun.**",
        "jdk.internal.*",
        "java.rmi.**",
        "profile:none",
        "com shop"
      })
  void patternsThatAreTooWideOrNoneAreRefused(String pattern) {
    assertThatThrownBy(() -> list(Object.class, pattern))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith("cache \"orders\": allowedTypes \"" + pattern + "\" ");
  }

  @Test
  void aNamedClassBringsItsFields() {
    AllowList list = list(Object.class, Order.class.getName());
    assertThat(list.allows(Deep.class)).isTrue();
  }

  @Test
  void lambdasAndProxiesHaveNoName() {
    AllowList list = list(Object.class, "io.nearside.**");
    Runnable lambda = () -> {};
    assertThat(list.allows(lambda.getClass())).isFalse();
    Object proxy =
        java.lang.reflect.Proxy.newProxyInstance(
            LOADER, new Class<?>[] {Fixtures.Greeter.class}, (p, m, a) -> null);
    assertThat(list.allows(proxy.getClass())).isFalse();
  }
}
