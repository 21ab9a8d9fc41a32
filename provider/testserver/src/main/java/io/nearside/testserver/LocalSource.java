package io.nearside.testserver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** Servers that are processes of this machine. */
record LocalSource(String name, Path executable) implements ServerSource {
  /** The installed server, if there is one on the PATH. */
  static Optional<ServerSource> installed() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(found -> new LocalSource("local", found));
  }

  /** The binary that comes in a jar. */
  static ServerSource embedded() throws IOException {
    File executable = ExecutableProvider.newJarResourceProvider().get();
    executable.getParentFile().deleteOnExit();
    executable.deleteOnExit();
    return new LocalSource("embedded", executable.toPath());
  }

  @Override
  public Instance create(Path directory, List<String> arguments) {
    ProcessBuilder builder =
        new ProcessBuilder(executable.toString())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()));
    builder.command().addAll(arguments);
    return new ServerProcess(builder, directory.resolve("redis.log"));
  }

  private static final class ServerProcess implements Instance {
    private static final int END_SECONDS = 20;

    private final ProcessBuilder builder;
    private final Path logFile;
    private volatile @Nullable Process process;

    private ServerProcess(ProcessBuilder builder, Path logFile) {
      this.builder = builder;
      this.logFile = logFile;
    }

    @Override
    public void start() throws IOException {
      Process started = builder.start();
      process = started;
      Watchdog.watch(started.pid());
    }

    @Override
    public boolean running() {
      return process != null && process.isAlive();
    }

    @Override
    public void signal(String signal) throws IOException {
      Process target = process;
      if (target == null) {
        throw new IOException("the server has not been started");
      }
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(target.pid())).inheritIO().start();
      if (wait(kill) && kill.exitValue() != 0) {
        throw new IOException("kill -" + signal + " exited with " + kill.exitValue());
      }
    }

    @Override
    public void awaitEnd() throws IOException {
      Process target = process;
      if (target == null) {
        return;
      }
      if (!wait(target)) {
        throw new IOException("redis-server did not end within " + END_SECONDS + " s");
      }
      Watchdog.forget(target.pid());
    }

    private static boolean wait(Process target) throws IOException {
      try {
        return target.waitFor(END_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for a process", e);
      }
    }

    @Override
    public String log() throws IOException {
      return Files.exists(logFile) ? Files.readString(logFile) : "";
    }

    @Override
    public void close() throws IOException {
      Process target = process;
      if (target != null && target.isAlive()) {
        target.destroyForcibly();
        awaitEnd();
      }
    }
  }
}
