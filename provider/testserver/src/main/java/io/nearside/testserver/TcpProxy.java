package io.nearside.testserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * A port that leads to a server, over which the network fails on request. Thread-safe. A cluster's
 * clients go round it, since its nodes tell them their own addresses.
 */
public final class TcpProxy implements AutoCloseable {
  private final int target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean silent;
  private boolean subscribersSilent;
  private boolean refusing;
  private boolean closed;
  private int connections;
  private int stranded;
  private Duration delay = Duration.ZERO;

  private TcpProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getByName(RedisServer.HOST));
  }

  /** Starts a proxy of a server on a free port. */
  public static TcpProxy to(RedisServer server) throws IOException {
    TcpProxy proxy = new TcpProxy(server.port());
    daemon("accept", proxy::accept);
    return proxy;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Its address, without a path or a query. */
  public String address() {
    return "redis://" + RedisServer.HOST + ":" + port();
  }

  /** From now on connections stay and are accepted, but nothing passes, as when a cable is cut. */
  public void silence() {
    change(() -> silent = true);
  }

  /**
   * The same for connections that have subscribed to channels, and those that ask for it: they hear
   * nothing, while commands on others work.
   */
  public void silenceSubscribers() {
    change(() -> subscribersSilent = true);
  }

  /**
   * Nothing passes any more over the connections that are there, and nobody is told, as when a
   * router forgets them; new ones are welcome. They never heal.
   */
  public void strand() {
    change(() -> stranded = connections);
  }

  /** Each piece of data in each direction is held for this long. */
  public void delay(Duration each) {
    change(() -> delay = each);
  }

  /** Ends all connections and refuses new ones. */
  public void cut() {
    change(() -> refusing = true);
    sockets.forEach(TcpProxy::end);
  }

  /** Ends all connections; new ones are welcome. */
  public void drop() {
    sockets.forEach(TcpProxy::end);
  }

  /** Everything passes again at once; what silence has held back arrives now. */
  public void heal() {
    change(() -> {
      silent = false;
      subscribersSilent = false;
      refusing = false;
      delay = Duration.ZERO;
    });
  }

  private void change(Runnable how) {
    lock.lock();
    try {
      how.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refuses()) {
          end(client);
        } else {
          connect(client);
        }
      } catch (IOException endedOrServerAway) {
        // the client notices by itself
      }
    }
  }

  private boolean refuses() {
    lock.lock();
    try {
      return refusing;
    } finally {
      lock.unlock();
    }
  }

  private void connect(Socket client) throws IOException {
    sockets.add(client);
    try {
      Socket server = new Socket(RedisServer.HOST, target);
      sockets.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Connection connection = new Connection(number());
      daemon("to server", () -> pump(client, server, connection, true));
      daemon("to client", () -> pump(server, client, connection, false));
    } catch (IOException e) {
      end(client);
      sockets.remove(client);
      throw e;
    }
  }

  private int number() {
    lock.lock();
    try {
      return connections++;
    } finally {
      lock.unlock();
    }
  }

  private void pump(Socket from, Socket to, Connection connection, boolean commands) {
    byte[] buffer = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (commands) {
          connection.look(buffer, n);
        }
        hold(connection);
        out.write(buffer, 0, n);
      }
    } catch (IOException ended) {
      // by either side or by us
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from);
      end(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void hold(Connection connection) throws InterruptedException {
    lock.lock();
    try {
      long left = delay.toNanos();
      while (left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
      while (isSilent(connection) && !closed) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isSilent(Connection connection) {
    return silent || subscribersSilent && connection.subscribes || connection.number < stranded;
  }

  /** Knows whether it has asked for a subscription. One thread looks, any may ask. */
  private static final class Connection {
    private static final Pattern COMMAND =
        Pattern.compile("\\*[0-9]+\r\n\\$[0-9]+\r\n[PS]?SUBSCRIBE\r\n", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 40;

    private final int number;
    private volatile boolean subscribes;
    private String last = "";

    private Connection(int number) {
      this.number = number;
    }

    /** Looks at what the client sends; a command may come in two pieces. */
    private void look(byte[] buffer, int length) {
      if (!subscribes) {
        String sent = last + new String(buffer, 0, length, ISO_8859_1);
        subscribes = COMMAND.matcher(sent).find();
        last = sent.substring(Math.max(0, sent.length() - LONGEST));
      }
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, "proxy " + name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    change(() -> closed = true);
    listener.close();
    sockets.forEach(TcpProxy::end);
  }
}
