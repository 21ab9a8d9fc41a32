package io.nearside.codec.fst;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/** An object that can only be made of its parts. */
@SuppressWarnings("rawtypes") // as FST is
final class WholeForm<T> extends FSTBasicObjectSerializer {
  interface Making {
    Object make(@Nullable Object[] parts) throws Exception;
  }

  interface Parts<T> {
    @Nullable Object[] of(T whole);
  }

  private final boolean looking;
  private final Parts<T> parts;
  private final Making making;

  private WholeForm(boolean looking, Parts<T> parts, Making making) {
    this.looking = looking;
    this.parts = parts;
    this.making = making;
  }

  static <T> WholeForm<T> keeping(Parts<T> parts, Making making) {
    return new WholeForm<>(false, parts, making);
  }

  /** One that hashes its parts, which so have to be complete. */
  static <T> WholeForm<T> looking(Parts<T> parts, Making making) {
    return new WholeForm<>(true, parts, making);
  }

  @Override
  @SuppressWarnings("unchecked") // it is registered under the class of its objects
  public void writeObject(
      FSTObjectOutput output, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    ValueWriter out = (ValueWriter) output;
    @Nullable Object[] all = parts.of((T) toWrite);
    out.open().setUnborn(true);
    out.writeInt(all.length);
    for (Object part : all) {
      out.part(part);
    }
    if (looking && out.open().holdsIncomplete()) {
      throw Refused.because(toWrite.getClass(), "hashes parts that lead back to what holds it");
    }
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput input, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws Exception {
    ValueReader in = (ValueReader) input;
    @Nullable Object[] all = new Object[in.claim(in.readInt(), 1)];
    for (int i = 0; i < all.length; i++) {
      all[i] = in.part();
    }
    return making.make(all);
  }
}
