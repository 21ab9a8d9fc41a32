package io.nearside.config;

import javax.cache.configuration.Factory;

/** Gives an object of a framework's, which closes it. As thread-safe as the object. */
public record HeldBean<T>(T bean) implements Factory<T> {

  @Override
  public T create() {
    return bean;
  }
}
