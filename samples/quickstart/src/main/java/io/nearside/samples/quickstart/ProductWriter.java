package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Iterator;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * Writes what is put into the cache to the database, and notes it in the history first: nobody can
 * read a version before it is known there. Thread-safe.
 */
final class ProductWriter implements CacheWriter<Long, Product> {
  private final Database database;
  private final History history;

  ProductWriter(Database database, History history) {
    this.database = database;
    this.history = history;
  }

  @Override
  public void write(Cache.Entry<? extends Long, ? extends Product> entry) {
    Product product = entry.getValue();
    history.begin(product);
    try {
      database.save(product);
    } catch (SQLException e) {
      throw new CacheWriterException("product " + product.id() + " cannot be saved", e);
    }
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends Long, ? extends Product>> entries) {
    for (Iterator<Cache.Entry<? extends Long, ? extends Product>> i = entries.iterator();
        i.hasNext(); ) {
      write(i.next());
      i.remove();
    }
  }

  @Override
  public void delete(Object key) {
    long id = (Long) key;
    history.beginRemoval(id);
    try {
      database.delete(id);
    } catch (SQLException e) {
      throw new CacheWriterException("product " + id + " cannot be deleted", e);
    }
  }

  @Override
  public void deleteAll(Collection<?> keys) {
    for (Iterator<?> i = keys.iterator(); i.hasNext(); ) {
      delete(i.next());
      i.remove();
    }
  }
}
