package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/** Writes notes to the database, many in one transaction. Thread-safe. */
final class NoteWriter implements CacheWriter<Long, String> {
  private final Database database;

  NoteWriter(Database database) {
    this.database = database;
  }

  @Override
  public void write(Cache.Entry<? extends Long, ? extends String> entry) {
    save(Map.of(entry.getKey(), entry.getValue()));
  }

  @Override
  public void writeAll(Collection<Cache.Entry<? extends Long, ? extends String>> entries) {
    Map<Long, String> notes = new LinkedHashMap<>();
    entries.forEach(entry -> notes.put(entry.getKey(), entry.getValue()));
    save(notes);
    entries.clear();
  }

  private void save(Map<Long, String> notes) {
    try {
      database.saveNotes(notes);
    } catch (SQLException e) {
      throw new CacheWriterException("notes cannot be saved", e);
    }
  }

  @Override
  public void delete(Object id) {
    throw new CacheWriterException("notes stay");
  }

  @Override
  public void deleteAll(Collection<?> ids) {
    throw new CacheWriterException("notes stay");
  }
}
