package io.nearside.store;

/**
 * What a node knows of one {@linkplain Bus.Master master} since it last may have missed something
 * of it. Compared by identity: a copy counts only while its epoch is the master's latest.
 */
public interface Epoch {}
