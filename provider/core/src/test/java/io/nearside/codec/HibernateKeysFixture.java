package io.nearside.codec;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.annotations.NaturalId;
import org.hibernate.cache.internal.BasicCacheKeyImplementation;
import org.hibernate.cache.internal.CacheKeyImplementation;
import org.hibernate.cache.internal.DefaultCacheKeysFactory;
import org.hibernate.cache.internal.NaturalIdCacheKey;
import org.hibernate.cache.spi.QueryKey;
import org.hibernate.cfg.Configuration;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.query.SelectionQuery;
import org.hibernate.query.spi.DomainQueryExecutionContext;
import org.hibernate.query.spi.Limit;
import org.hibernate.query.spi.QueryParameterBindings;
import org.slf4j.LoggerFactory;

/** Keys that Hibernate itself makes for entities in a database in memory. */
final class HibernateKeysFixture {
  private HibernateKeysFixture() {}

  @Entity(name = "Product")
  static class Product {
    @Id Long id;
    @NaturalId @Enumerated KeyCases.Operation operation;
    @NaturalId BigDecimal price;
    @NaturalId String code;
  }

  @Entity(name = "Shade")
  static class Shade {
    @Id
    @Enumerated(EnumType.STRING)
    KeyCases.Colour id;

    @NaturalId byte[] code;
  }

  @Entity(name = "Line")
  static class Line {
    @EmbeddedId LineId id;
  }

  @Embeddable
  static class LineId implements Serializable {
    private static final long serialVersionUID = 1L;
    KeyCases.Colour colour;
    BigDecimal amount;
    int line;

    LineId() {}

    LineId(KeyCases.Colour colour, String amount, int line) {
      this.colour = colour;
      this.amount = new BigDecimal(amount);
      this.line = line;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof LineId id
          && id.colour == colour
          && id.amount.equals(amount)
          && id.line == line;
    }

    @Override
    public int hashCode() {
      return Objects.hash(colour, amount, line);
    }
  }

  /** Of different text each; the same list in every JVM. */
  static List<Object> keys() {
    ((Logger) LoggerFactory.getLogger("org.hibernate")).setLevel(Level.WARN);
    List<Object> keys = new ArrayList<>();
    Configuration configuration =
        new Configuration()
            .addAnnotatedClass(Product.class)
            .addAnnotatedClass(Shade.class)
            .addAnnotatedClass(Line.class)
            .setProperty("hibernate.connection.url", "jdbc:h2:mem:keys")
            .setProperty("hibernate.hbm2ddl.auto", "create-drop");
    try (SessionFactory factory = configuration.buildSessionFactory()) {
      factory.inSession(session -> {
        addIds(keys, (SessionFactoryImplementor) factory);
        addNatural(keys, session.unwrap(SharedSessionContractImplementor.class));
        addQueries(keys, session.unwrap(SharedSessionContractImplementor.class));
      });
    }
    return keys;
  }

  private static void addIds(List<Object> keys, SessionFactoryImplementor factory) {
    Object line = new LineId(KeyCases.Colour.GREEN, "12345678901.50", 3);
    for (String tenant : new String[] {null, "a", "b"}) {
      keys.add(entity(factory, Product.class, 42L, tenant));
      keys.add(entity(factory, Shade.class, KeyCases.Colour.RED, tenant));
      keys.add(entity(factory, Line.class, line, tenant));
    }
    keys.add(new BasicCacheKeyImplementation("a", "com.shop.Order.lines", 1));
    keys.add(new CacheKeyImplementation(new KeyCases.Id("a", 1), "com.shop.Order", "a", 1));
  }

  private static Object entity(
      SessionFactoryImplementor factory, Class<?> type, Object id, String tenant) {
    EntityPersister persister = factory.getMappingMetamodel().getEntityDescriptor(type);
    return DefaultCacheKeysFactory.staticCreateEntityKey(id, persister, factory, tenant);
  }

  private static void addNatural(List<Object> keys, SharedSessionContractImplementor session) {
    EntityPersister product =
        session.getFactory().getMappingMetamodel().getEntityDescriptor(Product.class);
    EntityPersister shade =
        session.getFactory().getMappingMetamodel().getEntityDescriptor(Shade.class);
    Object[] values = {"x", KeyCases.Operation.ADD, new BigDecimal("9876543210.5")};
    Object[] nothing = {null, null, null};
    keys.add(NaturalIdCacheKey.from(values, product, session));
    keys.add(NaturalIdCacheKey.from(nothing, product, session));
    keys.add(NaturalIdCacheKey.from(values, product, null, session));
    keys.add(NaturalIdCacheKey.from(new byte[] {1, -1}, shade, session));
  }

  private static void addQueries(List<Object> keys, SharedSessionContractImplementor session) {
    QueryParameterBindings bound =
        bindings(
            session
                .createSelectionQuery(
                    "from Product where operation = :o and price > :p and code in :c",
                    Product.class)
                .setParameter("o", KeyCases.Operation.SUBTRACT)
                .setParameter("p", new BigDecimal("1.50"))
                .setParameter("c", List.of("x", "y")));
    QueryParameterBindings none =
        bindings(session.createSelectionQuery("from Product", Product.class));
    keys.add(QueryKey.from("select 1", new Limit(1, 20), bound, session));
    keys.add(QueryKey.from("select 1", new Limit(), bound, session));
    keys.add(QueryKey.from("select 1", new Limit(), none, session));
    keys.add(
        new QueryKey(
            "select 1",
            QueryParameterBindings.NO_PARAMETER_BINDING_MEMENTO,
            null,
            null,
            Set.of("active")));
  }

  /** Hibernate finds out the types of parameters when it runs the query. */
  private static QueryParameterBindings bindings(SelectionQuery<?> query) {
    query.getResultList();
    return ((DomainQueryExecutionContext) query).getQueryParameterBindings();
  }
}
