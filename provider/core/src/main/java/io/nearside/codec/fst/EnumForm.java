package io.nearside.codec.fst;

import java.io.IOException;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/** Never used: constants are written by name, before FST asks for a form. */
@SuppressWarnings("rawtypes") // as FST is
final class EnumForm extends FSTBasicObjectSerializer {
  static final EnumForm INSTANCE = new EnumForm();

  private EnumForm() {}

  @Override
  public void writeObject(
      FSTObjectOutput out, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position) {
    throw new IllegalStateException("a constant is written by its name");
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput in, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    throw new IOException("a constant of an enum without its tag");
  }
}
