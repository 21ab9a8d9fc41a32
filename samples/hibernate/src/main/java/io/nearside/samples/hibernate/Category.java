package io.nearside.samples.hibernate;

/** An enum's hash code differs between JVMs; as a query's parameter it is part of a cache's key. */
enum Category {
  TOYS,
  BOOKS
}
