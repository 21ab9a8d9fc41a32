package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Clock;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.remote.TieredBed.Made;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies over a real server with a live bus are a store. */
@Tag("any-jdk")
class TieredOverRedisTest extends OverRedisContract {
  private static TieredBed node;

  private Made<Integer, String> made;

  @BeforeAll
  static void connect() {
    node = TieredBed.connected(redis);
  }

  @AfterAll
  static void disconnect() {
    node.close();
  }

  @Override
  protected Store<Integer, String> create(StoreObserver<Integer, String> told, Clock time) {
    made =
        node.store(RemoteBed.Options.of(RemoteBed.cacheName()), Integer.class, String.class, told);
    return made.store();
  }

  @Override
  RemoteStore<?, ?> remote() {
    return made.authority();
  }

  @Test
  void itsReadsAreAnsweredByCopies() {
    put(1, "a");
    assertThat(store.read(1, clock.nanos())).isInstanceOf(CopiedEntry.class);
    assertThat(value(1)).isEqualTo("a");
  }
}
