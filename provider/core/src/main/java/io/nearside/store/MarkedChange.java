package io.nearside.store;

/** A change of a key whose source has been told, and the key's mark. */
public record MarkedChange<V>(Mark mark, Change<V> change) {}
