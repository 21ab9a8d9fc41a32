package io.nearside.spi;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class OtherProvidersTest {
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.nearside.spi");
  @TempDir Path folder;

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  private void register(String text) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("javax.cache.spi.CachingProvider"), text);
  }

  /** Asks a class of its own, as after the start of a JVM. */
  private void warnTwice() throws Exception {
    Class<?> fresh = new Fresh().loadClass(OtherProviders.class.getName());
    Method warn = fresh.getDeclaredMethod("warnOnce", ClassLoader.class);
    warn.setAccessible(true);
    ClassLoader parent = OtherProvidersTest.class.getClassLoader();
    try (URLClassLoader user = new URLClassLoader(new URL[] {folder.toUri().toURL()}, parent)) {
      warn.invoke(null, user);
      warn.invoke(null, user);
    }
  }

  /** Defines that one class anew. */
  private static final class Fresh extends ClassLoader {
    Fresh() {
      super(OtherProvidersTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.equals(OtherProviders.class.getName())) {
        return super.loadClass(name, resolve);
      }
      String file = name.replace('.', '/') + ".class";
      try (InputStream stream = getParent().getResourceAsStream(file)) {
        byte[] code = stream.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void anotherProviderIsNamedOnceWithWhatToDo() throws Exception {
    register("# Redis\norg.example.OtherProvider # theirs\n\n");
    warnTwice();
    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.get(0).getFormattedMessage())
        .contains("org.example.OtherProvider", NearsideCachingProvider.class.getName())
        .doesNotContain("# theirs");
  }

  @Test
  void ourOwnRegistrationIsNoOther() throws Exception {
    register(NearsideCachingProvider.class.getName());
    warnTwice();
    assertThat(logged.list).isEmpty();
  }

  /** Nearside's own Redisson is on this class path, so that one is a second provider. */
  @Test
  void redissonsIsNamedBesideOurRedisson() throws Exception {
    register("org.redisson.jcache.JCachingProvider");
    warnTwice();
    assertThat(logged.list)
        .singleElement()
        .satisfies(event -> assertThat(event.getFormattedMessage()).contains("drop your own"));
  }
}
