package io.nearside.config;

import java.util.List;

/**
 * What a cache does with its remote tier.
 *
 * @param schemaVersion of the values: another version is another set of entries
 * @param codec the name of the codec that writes values; all are read
 * @param compression of values
 * @param maximumValueBytes what a value may have, encoded; larger ones are refused
 * @param allowedTypes patterns of classes that may be read, beside what the declared types imply
 * @param failSafe whether reads and simple writes go on without Redis; else they fail
 * @param clusterEvents whether listeners hear of what other nodes do
 * @param timestamps whether it is where Hibernate keeps when tables changed: none may get lost
 */
public record RemoteCacheSettings(
    int schemaVersion,
    String codec,
    Compression compression,
    long maximumValueBytes,
    List<String> allowedTypes,
    boolean failSafe,
    boolean clusterEvents,
    boolean timestamps) {

  /** The codecs that Nearside brings; others come by {@link java.util.ServiceLoader}. */
  public static final List<String> CODECS =
      List.of(
          "fory",
          "fst",
          "java",
          "jackson-json",
          "jackson-cbor",
          "jackson-msgpack",
          "kryo",
          "string",
          "bytes");

  public static final long DEFAULT_MAXIMUM_VALUE_BYTES = 1 << 20;

  public static final RemoteCacheSettings DEFAULT =
      new RemoteCacheSettings(
          1,
          "fory",
          Compression.DEFAULT,
          DEFAULT_MAXIMUM_VALUE_BYTES,
          List.of(),
          true,
          false,
          false);

  public RemoteCacheSettings {
    allowedTypes = List.copyOf(allowedTypes);
  }

  /**
   * How values are made smaller.
   *
   * @param thresholdBytes what a value must have to be compressed
   */
  public record Compression(Algorithm algorithm, long thresholdBytes) {
    public static final Compression DEFAULT = new Compression(Algorithm.LZ4, 2048);

    /** The ways. */
    public enum Algorithm {
      NONE,
      LZ4,
      ZSTD,
      DEFLATE
    }
  }
}
