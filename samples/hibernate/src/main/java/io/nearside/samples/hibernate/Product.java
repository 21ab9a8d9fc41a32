package io.nearside.samples.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.NaturalIdCache;

/** What customers see; changed under optimistic locks. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
@NaturalIdCache
class Product {
  @Id private long id;
  @Version private int version;

  @NaturalId(mutable = true)
  private String sku;

  @Enumerated(EnumType.STRING)
  private Category category;

  private int price;

  @ElementCollection
  @Cache(usage = CacheConcurrencyStrategy.READ_WRITE)
  private Set<String> tags = new TreeSet<>();

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected Product() {}

  Product(long id, String sku, Category category, int price) {
    this.id = id;
    this.sku = sku;
    this.category = category;
    this.price = price;
  }

  long id() {
    return id;
  }

  int version() {
    return version;
  }

  String sku() {
    return sku;
  }

  Category category() {
    return category;
  }

  int price() {
    return price;
  }

  Set<String> tags() {
    return tags;
  }

  void renumber(String newSku) {
    sku = newSku;
  }

  void move(Category newCategory) {
    category = newCategory;
  }

  void reprice(int newPrice) {
    price = newPrice;
  }

  void tag(String tag) {
    tags.add(tag);
  }
}
