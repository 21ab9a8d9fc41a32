package io.nearside.codec.fst;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTBasicObjectSerializer;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectInput;
import org.nustaq.serialization.FSTObjectOutput;

/** A container that exists before its parts do: made empty, then filled. */
@SuppressWarnings("rawtypes") // as FST is
final class ContainerForm<T> extends FSTBasicObjectSerializer {
  /** What is written before the parts, such as an order. */
  interface Head<T> {
    void write(ValueWriter out, T container) throws IOException;
  }

  interface Empty<T> {
    T make(ValueReader in, int parts) throws Exception;
  }

  interface Parts<T> {
    @Nullable Object[] of(T container);
  }

  interface Filling<T> {
    void fill(T container, @Nullable Object[] parts);
  }

  private final Head<T> head;
  private final Empty<T> empty;
  private final Parts<T> parts;
  private final Filling<T> filling;
  private final boolean looking;

  private ContainerForm(
      boolean looking, Head<T> head, Empty<T> empty, Parts<T> parts, Filling<T> filling) {
    this.looking = looking;
    this.head = head;
    this.empty = empty;
    this.parts = parts;
    this.filling = filling;
  }

  /** One that keeps what it is given without looking at it. */
  static <T> ContainerForm<T> keeping(Empty<T> empty, Parts<T> parts, Filling<T> filling) {
    return new ContainerForm<>(false, (out, container) -> {}, empty, parts, filling);
  }

  /** One that hashes or compares its parts, which so have to be complete. */
  static <T> ContainerForm<T> looking(
      Head<T> head, Empty<T> empty, Parts<T> parts, Filling<T> filling) {
    return new ContainerForm<>(true, head, empty, parts, filling);
  }

  @Override
  @SuppressWarnings("unchecked") // it is registered under the class of its containers
  public void writeObject(
      FSTObjectOutput output, Object toWrite, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws IOException {
    ValueWriter out = (ValueWriter) output;
    T container = (T) toWrite;
    @Nullable Object[] all = parts.of(container);
    out.writeInt(all.length);
    out.open().setUnborn(true);
    head.write(out, container);
    out.open().setUnborn(false);
    for (Object part : all) {
      out.part(part);
    }
    if (looking) {
      writeWhenToFill(out, container);
    }
  }

  private static void writeWhenToFill(ValueWriter out, Object container) throws IOException {
    boolean late = out.open().holdsIncomplete();
    if (late && out.open().isWithinUnborn()) {
      throw Refused.because(
          container.getClass(), "is filled only after what is made of it, as its parts lead back");
    }
    out.writeBoolean(late);
  }

  @Override
  public Object instantiate(
      Class type, FSTObjectInput input, FSTClazzInfo info, FSTFieldInfo by, int position)
      throws Exception {
    ValueReader in = (ValueReader) input;
    @Nullable Object[] all = new Object[in.claim(in.readInt(), 1)];
    T container = empty.make(in, all.length);
    in.registerObject(container, position, info, by);
    for (int i = 0; i < all.length; i++) {
      all[i] = in.part();
    }
    if (looking && in.readBoolean()) {
      in.later(() -> filling.fill(container, all));
    } else {
      filling.fill(container, all);
    }
    return container;
  }
}
