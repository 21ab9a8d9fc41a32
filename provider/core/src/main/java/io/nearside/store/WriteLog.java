package io.nearside.store;

import java.io.Closeable;
import java.util.Collection;
import java.util.List;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps for a queue in memory what waits in it, so that it is found again after the end of the JVM.
 * Thread-safe.
 */
public interface WriteLog<K, V> extends Closeable {

  /**
   * A write that was found.
   *
   * @param value null deletes
   * @param version grows from write to write
   * @param sinceMillis the time of day since which the source is behind for the key
   * @param attempts how often it had failed when it was parked
   * @param failure what the writer said last; null if it is not parked
   */
  record Found<K, V>(
      K key,
      @Nullable V value,
      long version,
      long sinceMillis,
      int attempts,
      @Nullable String failure) {}

  /** What was there at the beginning, by version, one for each key. */
  List<Found<K, V>> found();

  /** A write as it is kept. */
  interface Form {
    /** What it takes. */
    long bytes();
  }

  /**
   * @param value null deletes
   * @throws CacheWriterException if it can't be kept, whatever else is done
   */
  Form form(K key, @Nullable V value);

  /** Whether a write of so many bytes may be added now. */
  boolean hasRoom(long bytes);

  /** Tells whether a write is safe. */
  interface Receipt {
    /** It is, and was at once. */
    Receipt SAFE = () -> {};

    /**
     * Waits until it is.
     *
     * @throws CacheWriterException if it can't be made safe; then it is not kept
     */
    void await();
  }

  /** What becomes of a write that is being added; one of the two is called, by any thread. */
  interface Outcome {
    /** It is safe. Nothing that is added later is safe yet. */
    void safe();

    /** It is not kept. */
    void refused();
  }

  /**
   * A write to be added.
   *
   * @param version greater than all before
   * @param sinceMillis the time of day since which the source is behind for the key
   * @param replaced older writes of the key
   */
  record Addition(Form form, long version, long sinceMillis, Collection<Long> replaced) {}

  /** Adds a write in place of older ones of its key, in one step; waits for nothing. */
  Receipt add(Addition addition, Outcome outcome);

  /** The source has these; at the latest by {@link #flush} they will not be found again. */
  void remove(Collection<Long> versions);

  /** Notes that a write is not tried any more. */
  void park(long version, int attempts, String failure);

  /** Notes that a parked write is tried again. */
  void unpark(long version);

  /** Waits until all that was said before is on disk; false if that failed. */
  boolean flush();

  /** What is left stays. */
  @Override
  void close();

  /** Why it can't be used now; null if it can. Waits for nothing. */
  default @Nullable Trouble trouble() {
    return null;
  }

  /** Where it keeps them, for messages; null if it keeps nothing. */
  @Nullable String place();

  /** Keeps nothing: the memory has to do. */
  static <K, V> WriteLog<K, V> none() {
    return new NoWriteLog<>();
  }
}
