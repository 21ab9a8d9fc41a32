package io.nearside.samples.hibernate;

import jakarta.persistence.Cacheable;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.annotations.Cache;
import org.hibernate.annotations.CacheConcurrencyStrategy;

/** Seldom changes, and it does no harm when the old text is read for a moment. */
@Entity
@Cacheable
@Cache(usage = CacheConcurrencyStrategy.NONSTRICT_READ_WRITE)
class Review {
  @Id private long id;
  private String text;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected Review() {}

  Review(long id, String text) {
    this.id = id;
    this.text = text;
  }

  long id() {
    return id;
  }

  String text() {
    return text;
  }

  void rewrite(String newText) {
    text = newText;
  }
}
