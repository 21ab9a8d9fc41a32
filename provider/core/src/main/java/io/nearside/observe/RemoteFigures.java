package io.nearside.observe;

/** What there is to show of a node's connections to Redis, all masters together. Thread-safe. */
public interface RemoteFigures {

  /** Masters whose circuit breaker is in that state. */
  int breakers(BreakerState state);

  /** Calls that wait for an answer. */
  int callsInFlight();

  /** Connections that are open. */
  int connections();

  /** Those of them that a call uses. */
  int connectionsInUse();

  /** Calls that wait for a connection. */
  int waitingForConnections();

  /** The most connections that there may be. */
  int maximumConnections();

  /** States of a circuit breaker. */
  enum BreakerState {
    CLOSED,
    OPEN,
    HALF_OPEN
  }
}
