package io.nearside.store.remote;

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
      return keys;
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
      System.arraycopy(keys, 0, words, 3, keys.length);
      return words;
    }
  };

  abstract RedisCommand<?> command();

  /** What is sent with the command for the values of these keys. */
  abstract Object[] words(Object[] keys);

  Object[] words(List<String> keys) {
    return words(keys.toArray());
  }
}
