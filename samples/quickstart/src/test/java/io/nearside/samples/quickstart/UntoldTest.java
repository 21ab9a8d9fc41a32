package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.observe.NearsideStatisticsMXBean;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UntoldTest {
  private static final Settings SETTINGS = new Settings(10, 1, 0, 0, 0, 1, false, true, null);

  private final AtomicLong unavailable = new AtomicLong();
  private final List<String> told = new ArrayList<>();
  private boolean away = true;
  private Shop sound;
  private Untold untold;

  @BeforeEach
  void openShop() throws SQLException {
    Database database = Database.create(SETTINGS);
    Remote none = Remote.open(SETTINGS);
    sound =
        Shop.open(
            new Setup(SETTINGS, Place.ALONE, none.uri(), none.properties(), database.url()),
            database);
    sound.journal().meet(new Listener());
    ProductCache cache =
        new ProductCache(sound.cache().manager(), sound.cache().products(), statistics());
    untold =
        new Untold(
            new Shop(
                sound.place(),
                sound.database(),
                sound.loader(),
                cache,
                sound.history(),
                sound.journal(),
                sound.checker(),
                sound.complaints(),
                sound.locks()));
  }

  @AfterEach
  void closeShop() {
    sound.close();
  }

  @Test
  void nothingIsToldWhileRedisIsAway() {
    untold.add(1, 2);

    untold.retry();

    assertThat(told).isEmpty();
  }

  @Test
  void lastVersionsAreToldOnceWhenRedisIsBack() {
    untold.add(1, 2);
    untold.add(2, 7);
    untold.add(1, 3);
    away = false;

    untold.retry();
    untold.retry();

    assertThat(told).containsExactly("1 is 3", "2 is 7");
  }

  /** Each look finds one more operation that went on without Redis, as long as it is away. */
  private NearsideStatisticsMXBean statistics() {
    return (NearsideStatisticsMXBean)
        Proxy.newProxyInstance(
            UntoldTest.class.getClassLoader(),
            new Class<?>[] {NearsideStatisticsMXBean.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getUnavailableOperations");
              return away ? unavailable.incrementAndGet() : unavailable.get();
            });
  }

  /** The other node. */
  private final class Listener implements Peer {
    @Override
    public void begun(long id, long version, @Nullable Product product) {}

    @Override
    public void completed(long id, long version) {}

    @Override
    public void toldRedis(long id, long version) {
      told.add(id + " is " + version);
    }
  }
}
