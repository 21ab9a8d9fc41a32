package io.nearside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassLoaderLeakTest {
  /** Loads the fixtures again, as an application server would for a second deployment. */
  private static final class Application extends ClassLoader {
    Application() {
      super(ClassLoaderLeakTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Fixtures.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dto", "WithTransient", "CustomForm", "Empty", "Parent", "FieldList"})
  void anApplicationsClassesAreFreedWithItsCopier(String name) throws Exception {
    WeakReference<ClassLoader> loader = useApplication(name);
    await()
        .until(() -> {
          System.gc();
          return loader.get() == null;
        });
  }

  private static WeakReference<ClassLoader> useApplication(String name) throws Exception {
    Application application = new Application();
    Copier copier = Copier.byValue("c", application);
    Object value = create(application, name);
    assertThat(copier.copy(value)).hasSameClassAs(value);
    assertThat(copier.copy(value).getClass().getClassLoader()).isSameAs(application);
    return new WeakReference<>(application);
  }

  @Test
  void twoApplicationsWithClassesOfOneNameDoNotMix() throws Exception {
    Application one = new Application();
    Application other = new Application();
    Copier copier = Copier.byValue("c", one);
    Object ofOne = create(one, "CustomForm");
    Object ofOther = create(other, "CustomForm");
    Object[] copy = copier.copy(new Object[] {ofOne, ofOther});
    assertThat(copy[0]).hasSameClassAs(ofOne);
    assertThat(copy[1]).hasSameClassAs(ofOther);
    assertThat(copy[0].getClass()).isNotSameAs(copy[1].getClass());
  }

  private static Object create(Application application, String name) throws Exception {
    Class<?> type = Class.forName(Fixtures.class.getName() + "$" + name, true, application);
    Constructor<?> constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }
}
