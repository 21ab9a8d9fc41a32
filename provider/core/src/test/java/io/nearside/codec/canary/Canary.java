package io.nearside.codec.canary;

import java.io.Serializable;

/** Sings when it is initialised. Outside every allow-list of the tests. */
public final class Canary implements Serializable {
  private static final long serialVersionUID = 1L;

  static {
    Songs.heard(Canary.class.getClassLoader());
  }

  public String name = "canary";
}
