package io.nearside.codec.fst;

import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.nustaq.serialization.FSTClazzInfo.FSTFieldInfo;

/**
 * Which fields a class has. FST's bytes don't name them, so a reader with other fields would take
 * one for the other.
 *
 * @param index unique within a configuration, from 0
 * @param fingerprint of names and types
 */
record Shape(int index, int fingerprint) {

  static Shape ofFields(int index, FSTFieldInfo[] fields) {
    CRC32C sum = new CRC32C();
    for (FSTFieldInfo info : fields) {
      Field field = info.getField();
      add(sum, field.getDeclaringClass().getName(), field.getName(), field.getType().getName());
    }
    return new Shape(index, (int) sum.getValue());
  }

  static Shape ofComponents(int index, RecordComponent[] components) {
    CRC32C sum = new CRC32C();
    for (RecordComponent component : components) {
      add(sum, component.getName(), component.getType().getName());
    }
    return new Shape(index, (int) sum.getValue());
  }

  private static void add(CRC32C sum, String... words) {
    for (String word : words) {
      sum.update(word.getBytes(StandardCharsets.UTF_8));
      sum.update(0);
    }
  }
}
