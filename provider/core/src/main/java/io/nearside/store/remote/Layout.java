package io.nearside.store.remote;

import io.nearside.codec.KeyAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names of a cache's keys in Redis. All keys of a partition share a slot, by the hash tag
 * {@code {namespace:cache:vSCHEMA#PARTITION}}; in it lie the partition's head {@code !h}, the
 * entries {@code :KEY}, and for keys of both the leases {@code !l:KEY} and the turns {@code
 * !q:KEY}, with blanks their count {@code !c}, and with write-behind {@code !w}, {@code !o} and
 * {@code !t}; in the first the cache's room for loads {@code !r} and who waits for it {@code !s}.
 * Names are escaped, so no cache's names are a prefix of another's. Thread-safe.
 */
final class Layout {
  private static final String HEAD = "!h";
  private static final String ENTRY = ":";
  private static final String LEASE = "!l:";
  private static final String TURNS = "!q:";
  private static final String BLANKS = "!c";
  private static final String WRITES = "!w";
  private static final String WRITE_ORDER = "!o";
  private static final String WRITE_TURN = "!t";
  private static final String LOAD_ROOM = "!r";
  private static final String LOAD_LINE = "!s";
  private static final String NEVER_THERE = "!f";

  private final String start;
  private final String[] tags;
  private final String[] heads;
  private final String[] entryStarts;

  /**
   * @param namespace any text
   * @param cache any text
   * @param partitions over 0
   */
  Layout(String namespace, String cache, int schemaVersion, int partitions) {
    this.start = "{" + escaped(namespace) + ":" + escaped(cache) + ":v" + schemaVersion + "#";
    this.tags = new String[partitions];
    this.heads = new String[partitions];
    this.entryStarts = new String[partitions];
    for (int partition = 0; partition < partitions; partition++) {
      tags[partition] = start + partition + "}";
      heads[partition] = tags[partition] + HEAD;
      entryStarts[partition] = tags[partition] + ENTRY;
    }
  }

  /** What a namespace knows of itself. */
  static String namespaceKey(String namespace) {
    return "{" + escaped(namespace) + "}!n";
  }

  /** Whose node asks the servers for their figures. */
  static String watchKey(String namespace) {
    return "{" + escaped(namespace) + "}!w";
  }

  /** What operators have ordered for all nodes of a namespace. */
  static String ordersKey(String namespace) {
    return "{" + escaped(namespace) + "}!o";
  }

  /** A name beside that of a key, in its slot, that no key has. */
  static String neverThere(String key) {
    return key.substring(0, key.indexOf('}') + 1) + NEVER_THERE;
  }

  /** What all names of the cache begin with, up to and including the first {@code #}. */
  String start() {
    return start;
  }

  /** The channel that tells that loads of the cache have ended, which scripts make of its names. */
  String loads() {
    return "nearside:" + start.substring(1, start.length() - 1) + ":loads";
  }

  int partitions() {
    return tags.length;
  }

  /** Where a key lies. */
  RemoteKey key(KeyAddress address) {
    int partition = address.partition();
    String entry = entryStarts[partition].concat(address.tail());
    return new RemoteKey(address, tags[partition], heads[partition], entry);
  }

  String head(int partition) {
    return heads[partition];
  }

  List<String> heads() {
    return List.of(heads);
  }

  /** The writes of a partition that wait for the source; they outlive the cache. */
  String writes(int partition) {
    return tags[partition] + WRITES;
  }

  /** Their order. */
  String writeOrder(int partition) {
    return tags[partition] + WRITE_ORDER;
  }

  /** Whose turn it is to have them written. */
  String writeTurn(int partition) {
    return tags[partition] + WRITE_TURN;
  }

  /** The loads under way on all nodes, where they are bounded. */
  String loadRoom() {
    return tags[0] + LOAD_ROOM;
  }

  /** The nodes that wait for room. */
  String loadLine() {
    return tags[0] + LOAD_LINE;
  }

  /** Matches all keys of the cache's entries, and maybe others. */
  String entriesPattern() {
    return globEscaped(start) + "*}" + ENTRY + "*";
  }

  /** Matches all keys of the cache, and maybe others. */
  String everythingPattern() {
    return globEscaped(start) + "*}*";
  }

  /** What names an entry's key in Redis; null if this is not the name of an entry of the cache. */
  @Nullable String tail(String name) {
    int end = tagEnd(name);
    return (end >= 0 && name.startsWith(ENTRY, end)) ? name.substring(end + 1) : null;
  }

  /** The partition that a name belongs to; -1 if it is not one of the cache's. */
  int partitionOf(String name) {
    int end = tagEnd(name);
    if (end < 0) {
      return -1;
    }
    boolean known =
        name.startsWith(ENTRY, end)
            || name.startsWith(LEASE, end)
            || name.startsWith(TURNS, end)
            || name.substring(end).equals(BLANKS)
            || name.substring(end).equals(HEAD);
    return known ? Integer.parseInt(name, start.length(), end - 1, 10) : -1;
  }

  /** Where a name goes on after the tag of one of the cache's partitions; -1 if it has none. */
  private int tagEnd(String name) {
    if (!name.startsWith(start)) {
      return -1;
    }
    int end = name.indexOf('}', start.length());
    int digits = end - start.length();
    if (digits < 1 || digits > 6) {
      return -1;
    }
    int partition = 0;
    for (int i = start.length(); i < end; i++) {
      char c = name.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      partition = 10 * partition + (c - '0');
    }
    boolean ours = partition < tags.length && name.startsWith(tags[partition]);
    return ours ? end + 1 : -1;
  }

  /** Percent-escaped where a character has a meaning in a tag, or none can be seen. */
  static String escaped(String name) {
    StringBuilder text = new StringBuilder(name.length() + 8);
    name.codePoints()
        .forEach(c -> {
          if (c == '%' || c == '{' || c == '}' || c == ':' || c == '#' || isBlank(c)) {
            for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
              text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
          } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
            // Half a character has no UTF-8: its code keeps the name apart from others.
            text.append("%u").append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
          } else {
            text.appendCodePoint(c);
          }
        });
    return text.toString();
  }

  private static boolean isBlank(int c) {
    return Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static String globEscaped(String text) {
    return text.replaceAll("[\\\\*?\\[\\]^-]", "\\\\$0");
  }
}
