package io.nearside.store.remote;

import io.nearside.codec.EnvelopeContent.Packing;

interface ValueBytes {
  record Encoded(int codec, Packing packing, byte[] bytes) {}

  Encoded encode(Object value);

  Object decode(int codec, Packing packing, byte[] raw, int offset, int length);
}
