package io.nearside.codec;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything a value holds before it is written: whether its classes are allowed, and
 * whether the codec has shown that it gives them back as they were. Thread-safe.
 */
final class WriteCheck {
  /** Deeper values would not fit into the stack of a reader. */
  static final int MAX_DEPTH = 1000;

  /**
   * The same for codecs whose readers take some five large frames for a level: 1,000 overflowed a
   * stack of 1 MB, at least before they were compiled.
   */
  static final int MAX_DEPTH_OF_FRAMES = 250;

  private static final int MAX_CLASSES = 10_000;

  /** Holds the root of every value. */
  private final Shape outside = new Shape(Object.class);

  /** Stands for null, which some collections do not take back. */
  private final Shape nothing = new Shape(Void.class);

  private final CodecContext context;
  private final Codec codec;
  private final ConcurrentHashMap<Class<?>, Shape> shapes = new ConcurrentHashMap<>();

  WriteCheck(CodecContext context, Codec codec) {
    this.context = context;
    this.codec = codec;
  }

  /**
   * What of a value has yet to be proven by reading it back.
   *
   * @throws javax.cache.CacheException if it may not or can't be written
   */
  List<Pair> unproven(Object value) {
    Shape root = shapeOf(value.getClass());
    if (root.isLeaf() && outside.isProvenWith(root)) {
      return List.of();
    }
    Walk walk = new Walk();
    walk.part(outside, value);
    if (walk.metTwice && walk.metRecord) {
      refuseRecordCycles(value);
    }
    return walk.unproven;
  }

  private void refuseRecordCycles(Object value) {
    try {
      RecordCycles.refuse(value);
    } catch (Uncopyable e) {
      throw refused(e.culprit(), e.reason());
    }
  }

  private Shape shapeOf(Class<?> type) {
    Shape shape = shapes.get(type);
    return shape != null ? shape : learn(type);
  }

  private Shape learn(Class<?> type) {
    if (!context.allowed().allows(type)) {
      throw type.isHidden() || java.lang.reflect.Proxy.isProxyClass(type)
          ? refused(type.getName(), "is a lambda or a proxy, which has no name to find it by")
          : Refusal.notAllowed(context.cacheName(), type.getName());
    }
    String reason = codec.refuses(type);
    if (reason != null) {
      throw refused(type.getName(), reason);
    }
    if (shapes.size() >= MAX_CLASSES) {
      shapes.clear(); // programs that make classes without end must not fill the memory
    }
    Shape shape = new Shape(type);
    Shape before = shapes.putIfAbsent(type, shape);
    return before != null ? before : shape;
  }

  private javax.cache.CacheException refused(String className, String reason) {
    return Refusal.notCarried(context, new Refusal.Culprit(codec.name(), className, reason, null));
  }

  /** A class of objects, and the class of a part that they hold. */
  record Pair(Shape holder, Shape part) {
    void prove() {
      holder.prove(part);
    }
  }

  private final class Walk {
    private final Map<Object, Boolean> seen = new IdentityHashMap<>();
    private final List<Pair> unproven = new ArrayList<>();
    private boolean metRecord;
    private boolean metTwice;
    private int depth;

    private void part(Shape holder, @Nullable Object object) {
      if (object == null) {
        if (!holder.isProvenWith(nothing)) {
          unproven.add(new Pair(holder, nothing));
        }
        return;
      }
      Shape shape = shapeOf(object.getClass());
      if (!holder.isProvenWith(shape)) {
        unproven.add(new Pair(holder, shape));
      }
      if (shape.isLeaf()) {
        return;
      }
      if (seen.put(object, true) != null) {
        metTwice = true;
        return;
      }
      metRecord |= shape.type().isRecord();
      into(shape, object);
    }

    private void into(Shape shape, Object object) {
      if (++depth > codec.maxDepth()) {
        throw refused(
            shape.type().getName(), "is nested deeper than " + codec.maxDepth() + " levels");
      }
      shape.forEachPart(object, part -> part(shape, part));
      depth--;
    }
  }
}
