package io.nearside.resilience;

/**
 * What a guarded call asks for.
 *
 * @param what for messages, as in "no answer to <i>a read</i>"; never a key or value
 * @param changes whether it may have been done although no answer came
 * @param repeatable whether it is sent again, within its time-out, when the server says not now
 */
public record Request(String what, boolean changes, boolean repeatable) {}
