package io.nearside.testserver;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;

/**
 * Servers in containers. They share the host's network, since a cluster's nodes and its clients
 * must know each node by the same address; so this needs a Docker that runs on this machine.
 */
record DockerSource(String image) implements ServerSource {
  private static final Path SOCKET = Path.of("/var/run/docker.sock");
  private static final int PULL_SECONDS = 60;
  private static final Duration END = Duration.ofSeconds(20);

  /** Returns why containers can't be had here, or the empty text. */
  static String refusal(String image) {
    if (System.getenv("DOCKER_HOST") == null && !listens()) {
      return "no Docker listens on " + SOCKET;
    }
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return "Docker does not answer";
      }
      new RemoteDockerImage(DockerImageName.parse(image)).get();
      return "";
    } catch (RuntimeException e) {
      return "image " + image + " can't be had: " + e.getMessage();
    }
  }

  /** Likewise, for those who can do without: Testcontainers tries for minutes to pull images. */
  static String quickRefusal(String image) throws IOException {
    if (!listens()) {
      return "no Docker listens on " + SOCKET;
    }
    Process pull =
        new ProcessBuilder("docker", "pull", "-q", image)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      boolean pulled = pull.waitFor(PULL_SECONDS, TimeUnit.SECONDS) && pull.exitValue() == 0;
      return pulled ? "" : "image " + image + " can't be pulled";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while pulling " + image, e);
    } finally {
      pull.destroyForcibly();
    }
  }

  /** Asked first: the client's own search for a Docker takes seconds. */
  private static boolean listens() {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
      return channel.isConnected();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public Instance create(Path directory, List<String> arguments) throws IOException {
    String owner =
        Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");
    String[] command = new String[arguments.size() + 1];
    command[0] = "redis-server";
    for (int i = 1; i < command.length; i++) {
      command[i] = arguments.get(i - 1);
    }
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withNetworkMode("host")
            .withLabel("nearside.test", "redis")
            .withCommand(command)
            .withCreateContainerCmdModifier(create -> create.withUser(owner));
    container.setBinds(List.of(Bind.parse(directory + ":" + directory)));
    return new Container(container);
  }

  private static final class Container implements Instance {
    private final GenericContainer<?> container;
    private long pid;

    private Container(GenericContainer<?> container) {
      this.container = container;
    }

    /**
     * Where we may, we end it with this JVM ourselves, since not everywhere something else does.
     */
    @Override
    public void start() {
      container.stop();
      container.start();
      pid =
          Objects.requireNonNull(
              container.getCurrentContainerInfo().getState().getPidLong(),
              "process of a container");
      Watchdog.watch(pid);
    }

    @Override
    public boolean running() {
      return container.isRunning();
    }

    @Override
    public void signal(String name) {
      DockerClient docker = container.getDockerClient();
      switch (name) {
        case "STOP" -> docker.pauseContainerCmd(container.getContainerId()).exec();
        case "CONT" -> docker.unpauseContainerCmd(container.getContainerId()).exec();
        default -> docker.killContainerCmd(container.getContainerId()).withSignal(name).exec();
      }
    }

    @Override
    public void awaitEnd() {
      Awaitility.await("the container to end").atMost(END).until(() -> !running());
      Watchdog.forget(pid);
    }

    @Override
    public String log() {
      return container.getLogs();
    }

    @Override
    public void close() {
      container.stop();
      Watchdog.forget(pid);
    }
  }
}
