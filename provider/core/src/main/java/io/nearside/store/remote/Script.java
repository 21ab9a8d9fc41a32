package io.nearside.store.remote;

/**
 * A Lua script that runs in Redis.
 *
 * @param name of its resource, without folder and ending
 * @param text with what all scripts share before it
 */
record Script(String name, String text) {}
