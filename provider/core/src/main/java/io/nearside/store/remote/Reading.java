package io.nearside.store.remote;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.redisson.client.protocol.RedisCommand;
import org.redisson.client.protocol.RedisCommands;

/** How the values of keys are read. */
enum Reading {
  /** Whatever the server holds. */
  PLAIN {
    @Override
    RedisCommand<?> command() {
      return RedisCommands.MGET;
    }

    @Override
    Object[] words(Object[] keys) {
      Object[] words = new Object[keys.length];
      encode(keys, words, 0);
      return words;
    }
  },

  /**
   * What a master holds that accepts changes: one that is demoted, cut off or lacks its replicas
   * refuses. In full each time, not by its hash, since it is shorter than what would have to be
   * done where a server does not know it, and can be part of a {@link Pipeline}.
   */
  FENCED {
    @Override
    RedisCommand<?> command() {
      return Commands.EVAL;
    }

    @Override
    Object[] words(Object[] keys) {
      Object[] words = new Object[3 + keys.length];
      words[0] = Script.FETCH.text();
      words[1] = 1 + keys.length;
      words[2] = Layout.neverThere((String) keys[0]);
      encode(keys, words, 3);
      return words;
    }
  };

  abstract RedisCommand<?> command();

  /** What is sent with the command for the values of these keys. */
  abstract Object[] words(Object[] keys);

  Object[] words(List<String> keys) {
    return words(keys.toArray());
  }

  /** The client library takes several times as long to encode a text. */
  private static void encode(Object[] keys, Object[] words, int from) {
    for (int i = 0; i < keys.length; i++) {
      words[from + i] = ((String) keys[i]).getBytes(StandardCharsets.UTF_8);
    }
  }
}
