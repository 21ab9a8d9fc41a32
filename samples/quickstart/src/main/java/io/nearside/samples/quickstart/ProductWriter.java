package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Iterator;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * Writes what is put into the cache to the database, and notes it in the journal first: nobody can
 * read a version before all nodes know of it. Thread-safe.
 */
final class ProductWriter implements CacheWriter<Long, Product> {
  private final Database database;
  private final Journal journal;

  ProductWriter(Database database, Journal journal) {
    this.database = database;
    this.journal = journal;
  }

  @Override
  public void write(Cache.Entry<? extends Long, ? extends Product> entry) {
    Product product = entry.getValue();
    journal.begin(product.id(), product.version(), product);
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
    journal.beginRemoval(id);
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
