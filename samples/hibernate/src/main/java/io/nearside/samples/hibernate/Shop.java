package io.nearside.samples.hibernate;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.query.SelectionQuery;

/** The application: each call is a transaction of its own. Thread-safe. */
final class Shop implements AutoCloseable {
  private final SessionFactory sessions;

  private Shop(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /**
   * @param databaseUrl of JDBC
   * @param settings of Hibernate, beyond those of {@code hibernate.properties}
   */
  static Shop open(String databaseUrl, Map<String, Object> settings) {
    Configuration configuration = new Configuration();
    for (Class<?> entity : List.of(Product.class, Review.class, Country.class)) {
      configuration.addAnnotatedClass(entity);
    }
    configuration.setProperty("hibernate.connection.url", databaseUrl);
    configuration.getProperties().putAll(settings);
    return new Shop(configuration.buildSessionFactory());
  }

  SessionFactory sessions() {
    return sessions;
  }

  /** Rows to begin with. */
  void seed() {
    sessions.inTransaction(session -> {
      session.persist(new Product(1, "bear", Category.TOYS, 10));
      session.persist(new Product(2, "train", Category.TOYS, 20));
      session.persist(new Product(3, "atlas", Category.BOOKS, 30));
      session.persist(new Review(1, "soft"));
      session.persist(new Country("NL", "Netherlands"));
    });
  }

  int price(long id) {
    return sessions.fromTransaction(session -> session.find(Product.class, id).price());
  }

  Collection<String> tags(long id) {
    return sessions.fromTransaction(
        session -> new TreeSet<>(session.find(Product.class, id).tags()));
  }

  /** The id of the product with a natural id, 0 when there is none. */
  long idOf(String sku) {
    return sessions.fromTransaction(session -> {
      Product product = session.bySimpleNaturalId(Product.class).load(sku);
      return (product == null) ? 0 : product.id();
    });
  }

  /** Answered from the query cache as long as no product has changed. */
  Collection<Long> idsIn(Category category) {
    return sessions.fromTransaction(
        session -> query(session, category).setCacheable(true).getResultList());
  }

  static SelectionQuery<Long> query(Session session, Category category) {
    return session
        .createSelectionQuery(
            "select p.id from Product p where p.category = :category order by p.id", Long.class)
        .setParameter("category", category);
  }

  String review(long id) {
    return sessions.fromTransaction(session -> session.find(Review.class, id).text());
  }

  String country(String code) {
    return sessions.fromTransaction(session -> session.find(Country.class, code).name());
  }

  void change(long id, Consumer<Product> change) {
    sessions.inTransaction(session -> change.accept(session.find(Product.class, id)));
  }

  void rewrite(long id, String text) {
    sessions.inTransaction(session -> session.find(Review.class, id).rewrite(text));
  }

  /** SQL statements prepared so far: what caches answer costs none. */
  long statements() {
    return sessions.getStatistics().getPrepareStatementCount();
  }

  /** The cache manager as well, but nothing in Redis. */
  @Override
  public void close() {
    sessions.close();
  }
}
