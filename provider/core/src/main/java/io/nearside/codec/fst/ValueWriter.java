package io.nearside.codec.fst;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;
import org.nustaq.serialization.FSTObjectOutput;

/**
 * FST's writer with what it lacks: cycles are followed, enums go by name and not by position,
 * arrays within arrays keep their identity, and each class says once which fields it has. Not
 * thread-safe.
 */
final class ValueWriter extends FSTObjectOutput {
  private final FstConfig config;
  private final OpenObjects open = new OpenObjects(FstConfig.MAX_DEPTH);
  private final BitSet shapes = new BitSet();
  private final Map<Object, Object> proxies = new IdentityHashMap<>();
  private final FSTFieldInfo element = new FSTFieldInfo(null, null, true);

  ValueWriter(FstConfig config) {
    super(config);
    this.config = config;
  }

  byte[] writeValue(byte header, Object root) throws IOException {
    resetForReUse();
    open.clear();
    shapes.clear();
    proxies.clear();
    writeObject(root);
    byte[] bytes = new byte[1 + getWritten()];
    bytes[0] = header;
    System.arraycopy(getBuffer(), 0, bytes, 1, bytes.length - 1);
    return bytes;
  }

  /** Forgets what was written last, so that a pool does not keep it. */
  void forget() {
    resetForReUse();
    open.clear();
    proxies.clear();
  }

  /** Writes a part of the object that a form writes. */
  void part(@Nullable Object part) throws IOException {
    writeObjectInternal(part, null, (Class<?>[]) null);
  }

  ClassInfos infos() {
    return config.infos();
  }

  OpenObjects open() {
    return open;
  }

  /** Once per value and class. */
  void shape(Shape shape) throws IOException {
    if (!shapes.get(shape.index())) {
      shapes.set(shape.index());
      writeInt(shape.fingerprint());
    }
  }

  @Override
  protected FSTClazzInfo writeObjectWithContext(
      FSTFieldInfo referencee, @Nullable Object toWrite, @Nullable FSTClazzInfo info)
      throws IOException {
    if (toWrite == null || toWrite instanceof String || Forms.isBoxed(toWrite.getClass())) {
      return super.writeObjectWithContext(referencee, toWrite, info);
    }
    open.enter(toWrite);
    FSTClazzInfo written = super.writeObjectWithContext(referencee, standIn(toWrite), info);
    open.exit();
    return written;
  }

  /** What is written in place of an object whose class is another one in every JVM. */
  private Object standIn(Object object) {
    if (object instanceof Path path && Forms.isPlatform(object.getClass())) {
      return StandIn.PathText.of(path, infos());
    }
    if (object instanceof Charset charset && Forms.isPlatform(object.getClass())) {
      return StandIn.CharsetName.of(charset, infos());
    }
    if (Proxy.isProxyClass(object.getClass())) {
      return proxies.computeIfAbsent(object, StandIn.Proxied::of);
    }
    return object;
  }

  @Override
  protected boolean writeHandleIfApplicable(Object toWrite, FSTClazzInfo info) throws IOException {
    boolean met = super.writeHandleIfApplicable(toWrite, info);
    if (met && !(toWrite instanceof String)) {
      open.metAgain(toWrite);
    }
    return met;
  }

  @Override
  protected @Nullable FSTClazzInfo writeEnum(FSTFieldInfo referencee, Object toWrite)
      throws IOException {
    Enum<?> constant = (Enum<?>) toWrite;
    getCodec().writeFByte(ENUM);
    getCodec().writeClass(infos().getCLInfo(constant.getDeclaringClass(), config));
    getCodec().writeStringUTF(constant.name());
    return null;
  }

  @Override
  protected void writeArray(FSTFieldInfo referencee, Object array) throws IOException {
    if (array.getClass().getComponentType().isPrimitive()) {
      super.writeArray(referencee, array);
      return;
    }
    getCodec().writeClass(array.getClass());
    getCodec().writeFInt(Array.getLength(array));
    for (Object part : (Object[]) array) {
      writeObjectWithContext(element, part, null);
    }
  }

  @Override
  protected void writeObjectFields(
      Object toWrite, FSTClazzInfo info, FSTFieldInfo[] fields, int start, int version)
      throws IOException {
    shape((Shape) info.getDecoderAttached());
    super.writeObjectFields(toWrite, info, fields, start, version);
  }
}
