package io.nearside.codec.fst;

import java.io.IOException;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/** An object without parts, read and written through its public methods. */
@SuppressWarnings("rawtypes") // as FST is
final class LeafForm<T> extends FSTBasicObjectSerializer {
  interface Writing<T> {
    void write(ValueWriter out, T value) throws IOException;
  }

  interface Reading {
    Object read(ValueReader in) throws Exception;
  }

  private final boolean immutable;
  private final Writing<T> writing;
  private final Reading reading;

  private LeafForm(boolean immutable, Writing<T> writing, Reading reading) {
    this.immutable = immutable;
    this.writing = writing;
    this.reading = reading;
  }

  /** One that is written anew wherever it is met, as nobody can tell. */
  static <T> LeafForm<T> value(Writing<T> writing, Reading reading) {
    return new LeafForm<>(true, writing, reading);
  }

  static <T> LeafForm<T> mutable(Writing<T> writing, Reading reading) {
    return new LeafForm<>(false, writing, reading);
  }

  @Override
  public boolean alwaysCopy() {
    return immutable;
  }

  @Override
  @SuppressWarnings("unchecked") // it is registered under the class of its values
  public void writeObject(
      FSTObjectOutput out, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    writing.write((ValueWriter) out, (T) toWrite);
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput in, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws Exception {
    return reading.read((ValueReader) in);
  }
}
