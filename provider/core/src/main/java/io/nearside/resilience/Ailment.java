package io.nearside.resilience;

import io.nearside.NearsideHealth.Kind;

/**
 * What is the matter with a server.
 *
 * @param since by the guard's clock
 * @param why the last failure; never a key or value
 */
public record Ailment(Kind kind, long since, String why) {}
