package io.nearside.codec.fst;

import io.nearside.codec.UnreadableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nustaq.serialization.FSTClazzInfo;
import org.nustaq.serialization.FSTClazzNameRegistry;
import org.nustaq.serialization.coders.FSTStreamDecoder;

/**
 * FST's decoder, which checks lengths before it makes room, and asks the allow-list before it loads
 * a class. Not thread-safe.
 */
final class SafeDecoder extends FSTStreamDecoder {
  private final FstConfig config;

  /** In the order of their first mention. */
  private final List<FSTClazzInfo> named = new ArrayList<>();

  SafeDecoder(FstConfig config) {
    super(config);
    this.config = config;
  }

  @Override
  public void resetWith(byte[] bytes, int length) {
    super.resetWith(bytes, length);
    named.clear();
  }

  @Override
  public String readStringUTF() throws IOException {
    checkLength();
    return super.readStringUTF();
  }

  @Override
  public String readStringAsc() throws IOException {
    checkLength();
    return super.readStringAsc();
  }

  private void checkLength() throws IOException {
    int before = getInputPos();
    int length = readFInt();
    if (length < 0 || length > available()) {
      throw new UnreadableException("a text is longer than the bytes");
    }
    moveTo(before);
  }

  @Override
  public FSTClazzInfo readClass() throws IOException {
    int code = readFShort();
    if (code == 0 || code == 1) {
      String name = code == 0 ? readStringUTF() : readStringAsc();
      FSTClazzInfo info = config.infos().getCLInfo(config.infos().find(name), config);
      named.add(info);
      return info;
    }
    int index = code - FSTClazzNameRegistry.FIRST_USER_CLZ_ID;
    if (index >= named.size()) {
      throw new UnreadableException("a class that was not named");
    }
    return index >= 0 ? named.get(index) : config.infos().numbered(code);
  }

  @Override
  public Class<?> classForName(String name) {
    return config.infos().find(name);
  }
}
