package io.nearside.samples.quickstart;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.rmi.RemoteException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A child JVM that becomes the second node: how it is started, and its main class. */
final class SecondJvm implements AutoCloseable {
  private static final int END_SECONDS = 5;

  private final Process process;
  private final Opener opener;

  private SecondJvm(Process process, Opener opener) {
    this.process = process;
    this.opener = opener;
  }

  /** Starts it with this JVM's Java and class path. */
  static SecondJvm start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                SecondJvm.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader out = process.inputReader(US_ASCII);
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the second JVM ended with " + process.onExit().join().exitValue());
      }
      return new SecondJvm(process, decoded(line));
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Maven runs programs in its own JVM, by a class loader of theirs. */
  private static String classPath() {
    if (SecondJvm.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(SecondJvm::path)
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
    return System.getProperty("java.class.path");
  }

  private static String path(URL url) {
    return Path.of(URI.create(url.toString())).toString();
  }

  /** Makes it a node. */
  Node open(Setup setup, Peer peer) throws RemoteException, SQLException {
    return opener.open(setup, peer);
  }

  /** Without a word (SIGKILL). */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    try {
      process.getOutputStream().close(); // its sign to end
    } catch (IOException e) {
      // It has ended already.
    }
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** The child: says how it can be called, and ends when its parent does. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = System.out;
    System.setOut(System.err);
    Thread parent = new Thread(SecondJvm::endWithParent, "parent");
    parent.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> joinQuietly(parent), "interrupt"));
    Opener opener = new ChildOpener();
    out.println(encoded((Opener) Loopback.export(opener)));
    out.flush();
    parent.join();
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said here.
      }
    } catch (IOException e) {
      // As at the end of the input.
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Ctrl-C reaches all processes of a terminal; this one waits for its parent's last word. */
  private static void joinQuietly(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(Quickstart.PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String encoded(Opener opener) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(opener);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static Opener decoded(String line) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(line);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Opener) in.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("the second JVM has other classes", e);
    }
  }

  /** Opens one node. */
  private static final class ChildOpener implements Opener {
    private @Nullable Node node; // RMI alone would not keep it

    @Override
    public synchronized Node open(Setup setup, Peer peer) throws RemoteException, SQLException {
      ShopNode opened = ShopNode.open(setup, Database.connect(setup.database(), setup.settings()));
      opened.meet(peer);
      Loopback.export(opened);
      node = opened;
      return opened;
    }
  }
}
