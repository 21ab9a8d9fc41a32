package io.nearside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** Methods that change a database and its caches, in transactions that commit or don't. */
@Tag("any-jdk")
class TransactionsTest {
  private static final List<Consumer<Stock>> CHANGES =
      List.of(stock -> stock.set(1, 5), stock -> stock.remove(1), Stock::removeAll);

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableTransactionManagement
  static class Shop {
    @Bean
    DataSource database() {
      return new EmbeddedDatabaseBuilder()
          .setType(EmbeddedDatabaseType.H2)
          .generateUniqueName(true)
          .build();
    }

    @Bean
    PlatformTransactionManager transactions(DataSource database) {
      return new DataSourceTransactionManager(database);
    }

    @Bean
    Stock stock(DataSource database) {
      JdbcClient client = JdbcClient.create(database);
      client.sql("create table stock (id bigint primary key, pieces int)").update();
      return new Stock(client);
    }

    @Bean
    Orders orders(Stock stock) {
      return new Orders(stock);
    }
  }

  static class Stock {
    private final JdbcClient database;

    Stock(JdbcClient database) {
      this.database = database;
    }

    @Transactional
    @CachePut(cacheNames = "stock", key = "#id")
    public int set(long id, int pieces) {
      database.sql("merge into stock key (id) values (?, ?)").params(id, pieces).update();
      return pieces;
    }

    @Transactional
    @CacheEvict(cacheNames = "stock")
    public void remove(long id) {
      database.sql("delete from stock where id = ?").param(id).update();
    }

    @Transactional
    @CacheEvict(cacheNames = "stock", allEntries = true)
    public void removeAll() {
      database.sql("delete from stock").update();
    }

    public List<Integer> pieces() {
      return database.sql("select pieces from stock").query(Integer.class).list();
    }
  }

  /** Changes are part of a greater transaction, which may fail after them. */
  static class Orders {
    private final Stock stock;

    Orders(Stock stock) {
      this.stock = stock;
    }

    @Transactional
    public void take(Consumer<Stock> change) {
      change.accept(stock);
    }
  }

  private static ApplicationContextRunner shop() {
    return Runs.runner()
        .withUserConfiguration(Shop.class)
        .withPropertyValues("nearside.defaults.time-to-live=1h");
  }

  private static Object cached(ApplicationContext context) {
    Cache.ValueWrapper entry = context.getBean(CacheManager.class).getCache("stock").get(1L);
    return entry == null ? null : entry.get();
  }

  @Test
  void changesWaitForTheCommit() {
    shop()
        .run(context -> {
          for (Consumer<Stock> change : CHANGES) {
            context.getBean(Stock.class).set(1, 10);
            context
                .getBean(Orders.class)
                .take(stock -> {
                  change.accept(stock);
                  assertThat(stock.pieces()).isNotEqualTo(List.of(10));
                  assertThat(cached(context)).as("before the commit").isEqualTo(10);
                });
            assertThat(cached(context)).as("after the commit").isIn(5, null);
          }
        });
  }

  @Test
  void aRollbackLeavesTheCacheAsItWas() {
    shop()
        .run(context -> {
          Stock all = context.getBean(Stock.class);
          all.set(1, 10);
          for (Consumer<Stock> change : CHANGES) {
            assertThatThrownBy(() ->
                    context
                        .getBean(Orders.class)
                        .take(stock -> {
                          change.accept(stock);
                          throw new IllegalStateException("not paid");
                        }))
                .hasMessage("not paid");
            assertThat(all.pieces()).containsExactly(10);
            assertThat(cached(context)).isEqualTo(10);
          }
        });
  }

  @Test
  void whoDoesNotWantThatHasChangesAtOnce() {
    shop()
        .withPropertyValues("nearside.spring.transaction-aware=false")
        .run(context ->
            context
                .getBean(Orders.class)
                .take(stock -> {
                  stock.set(1, 5);
                  assertThat(cached(context)).isEqualTo(5);
                }));
  }
}
