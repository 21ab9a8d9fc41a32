package io.nearside.testserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection that speaks RESP2, so that a test can command a server without the client that is
 * under test. Not thread-safe.
 */
public final class RespConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 20_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  public RespConnection(String host, int port) throws IOException {
    this(host, port, ANSWER_MILLIS);
  }

  /**
   * Connects.
   *
   * @param answerMillis how long to wait for an answer, before {@code SocketTimeoutException}
   */
  public RespConnection(String host, int port, int answerMillis) throws IOException {
    try {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      socket.setSoTimeout(answerMillis);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
      out = new BufferedOutputStream(socket.getOutputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a command and waits for its answer: {@code null}, a {@code Long}, a {@code String}
   * (status line), a {@code byte[]} (bulk string) or a {@code List} of these.
   *
   * @param words byte arrays as they are, anything else as the UTF-8 of its text
   * @throws RedisErrorException if the server answers with an error
   */
  public @Nullable Object call(Object... words) throws IOException {
    out.write(("*" + words.length + "\r\n").getBytes(UTF_8));
    for (Object word : words) {
      byte[] bytes = word instanceof byte[] raw ? raw : word.toString().getBytes(UTF_8);
      out.write(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      out.write(bytes);
      out.write("\r\n".getBytes(UTF_8));
    }
    out.flush();
    return answer();
  }

  private @Nullable Object answer() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new RedisErrorException(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      default -> throw new IOException("not RESP2: " + line);
    };
  }

  private byte @Nullable [] bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || in.readNBytes(2).length < 2) {
      throw new EOFException();
    }
    return bytes;
  }

  private @Nullable List<@Nullable Object> list(int size) throws IOException {
    if (size < 0) {
      return null;
    }
    List<@Nullable Object> parts = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      parts.add(answer());
    }
    return parts;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      line.append((char) c);
    }
    in.read();
    if (line.isEmpty()) {
      throw new IOException("not RESP2: an empty line");
    }
    return line.toString();
  }

  /** Returns an answer's text, lists one part per line; the empty text for {@code null}. */
  public static String text(@Nullable Object answer) {
    if (answer == null) {
      return "";
    }
    if (answer instanceof byte[] bytes) {
      return new String(bytes, UTF_8);
    }
    if (answer instanceof List<?> parts) {
      return String.join("\n", parts.stream().map(RespConnection::text).toList());
    }
    return answer.toString();
  }

  /**
   * Returns an answer's parts.
   *
   * @throws IOException if it is not a list
   */
  static List<?> parts(@Nullable Object answer) throws IOException {
    if (answer instanceof List<?> parts) {
      return parts;
    }
    throw new IOException("not a list: " + text(answer));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
