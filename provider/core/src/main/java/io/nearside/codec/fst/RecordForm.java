package io.nearside.codec.fst;

import io.nearside.codec.RecordAccess;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/** A record: its components, one after the other. */
@SuppressWarnings("rawtypes") // as FST is
final class RecordForm extends FSTBasicObjectSerializer {
  private final Shape shape;
  private final RecordAccess access;

  /** Looked at once per class, as what a constructor does to its arguments hardly varies. */
  private volatile boolean verified;

  private RecordForm(RecordAccess access, Shape shape) {
    this.access = access;
    this.shape = shape;
  }

  static RecordForm of(Class<?> type, ClassInfos infos) {
    try {
      return new RecordForm(
          new RecordAccess(type),
          Shape.ofComponents(infos.nextShape(), type.getRecordComponents()));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw Refused.because(type, "is a record that reflection can't reach (" + e + ")");
    }
  }

  @Override
  public void writeObject(
      FSTObjectOutput output, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    ValueWriter out = (ValueWriter) output;
    @Nullable Object[] components = access.components(toWrite);
    if (!verified) {
      verify(toWrite.getClass(), components);
    }
    out.open().setUnborn(true);
    out.shape(shape);
    for (Object component : components) {
      out.part(component);
    }
  }

  /** A constructor may copy a list, but one that makes another value of a value gives none back. */
  private void verify(Class<?> type, @Nullable Object[] components) {
    @Nullable Object[] again;
    try {
      again = access.components(access.make(components.clone()));
    } catch (Exception e) {
      throw Refused.because(type, "is a record whose constructor refuses its own components");
    }
    for (int i = 0; i < components.length; i++) {
      Object before = components[i];
      boolean comparable = before == null || Forms.isValue(before.getClass());
      if (comparable && !Objects.equals(before, again[i])) {
        throw Refused.because(type, "is a record whose constructor changes its components");
      }
    }
    verified = true;
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput input, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws Exception {
    ValueReader in = (ValueReader) input;
    in.shape(shape);
    @Nullable Object[] components = new Object[access.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = in.part();
    }
    return access.make(components);
  }
}
