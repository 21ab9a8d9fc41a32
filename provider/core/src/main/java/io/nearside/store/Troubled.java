package io.nearside.store;

import java.util.List;

/** What can tell what it can't do as usual now. Thread-safe. */
public interface Troubled {

  /** As far as it knows; asks nobody, waits for nothing. */
  List<Trouble> troubles();
}
