package io.nearside.arch;

import io.nearside.arch.ByteCode.Code;
import io.nearside.arch.ByteCode.Site;
import io.nearside.arch.ByteCode.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * No monitor is held around user code or I/O.
 *
 * <p>Under a monitor is: a synchronized method, a synchronized block, a function that a map runs
 * while it holds a bin's lock ({@code ConcurrentMap.compute} and its like, Caffeine's {@code get}),
 * a Caffeine {@code Expiry} or {@code Weigher}, and all that is called from there within the set of
 * classes. A function value is followed to where it was made; one that may come from a user counts
 * as user code. Locks of {@code java.util.concurrent.locks} are not monitors.
 */
final class MonitorRule {
  private static final Pattern USER_CODE =
      Pattern.compile(
          "javax/cache/integration/(CacheLoader|CacheWriter|CompletionListener)"
              + "|javax/cache/event/CacheEntry(|Created|Updated|Removed|Expired)Listener"
              + "|javax/cache/event/CacheEntryEventFilter"
              + "|javax/cache/expiry/ExpiryPolicy"
              + "|javax/cache/processor/EntryProcessor"
              + "|javax/cache/configuration/Factory"
              + "|io/nearside/codec/Copier"
              + "|java/lang/AutoCloseable|java/io/Closeable");

  private static final Pattern INPUT_OUTPUT =
      Pattern.compile(
          "java/io/(?!ByteArray|\\w*Exception$|\\w*Error$|Serializable$).*"
              + "|java/nio/(file|channels)/.*"
              + "|java/net/(\\w*Socket\\w*|\\w*URLConnection|URL|http/.*)"
              + "|javax?/sql/.*"
              + "|org/redisson/.*|io/netty/(channel|bootstrap)/.*");

  private static final Pattern FUNCTION =
      Pattern.compile("java/util/function/.*|java/lang/Runnable|java/util/concurrent/Callable");

  /** Methods of functions that combine, but run none. */
  private static final Set<String> COMBINE = Set.of("andThen", "compose", "negate", "and", "or");

  private static final Pattern LOCKING_MAP =
      Pattern.compile(
          "java/util/concurrent/Concurrent(Hash)?Map|java/util/Hashtable"
              + "|com/github/benmanes/caffeine/cache/(Async)?(Loading)?Cache");

  private static final Set<String> LOCKING =
      Set.of("compute", "computeIfAbsent", "computeIfPresent", "merge", "get", "getAll");

  private static final List<String> CALLED_UNDER_LOCK =
      List.of(
          "com/github/benmanes/caffeine/cache/Expiry",
          "com/github/benmanes/caffeine/cache/Weigher",
          "com/github/benmanes/caffeine/cache/CacheLoader");

  /** Methods of other libraries that keep a function for later, or for another thread. */
  private static final Pattern LATER =
      Pattern.compile(
          ".*\\.(execute|submit|schedule\\w*|\\w*Async|register|withInitial)"
              + "|java/lang/Thread.*|com/github/benmanes/caffeine/cache/Caffeine\\..*"
              + "|java/util/concurrent/\\w+\\.<init>");

  /** A way from a monitor to what must not be called under it. */
  record Violation(List<String> way, String call) {
    @Override
    public String toString() {
      return "under a monitor: " + String.join(" -> ", way) + " calls " + call;
    }
  }

  private record Step(Code code, List<String> way) {}

  private final ByteCode byteCode;
  private final Origins origins;
  private final Set<String> seen = new HashSet<>();
  private final Deque<Step> open = new ArrayDeque<>();
  private final Set<Violation> violations = new LinkedHashSet<>();

  private MonitorRule(ByteCode byteCode) {
    this.byteCode = byteCode;
    this.origins = new Origins(byteCode);
  }

  static List<Violation> check(ByteCode byteCode) {
    MonitorRule rule = new MonitorRule(byteCode);
    byteCode.codes().forEach(rule::start);
    while (!rule.open.isEmpty()) {
      Step step = rule.open.pop();
      step.code().instructions().forEach(i -> rule.underMonitor(step.code(), i, step.way()));
    }
    return new ArrayList<>(rule.violations);
  }

  private void start(Code code) {
    int[] depth = MonitorDepth.of(code);
    List<AbstractInsnNode> instructions = code.instructions();
    for (int i = 0; i < depth.length; i++) {
      AbstractInsnNode instruction = instructions.get(i);
      if (depth[i] > 0) {
        underMonitor(code, instruction, List.of());
      }
      if (instruction instanceof MethodInsnNode call && locksAround(call)) {
        functionsHandedTo(code, call, way(List.of(), code, call));
      }
    }
    if (CALLED_UNDER_LOCK.stream().anyMatch(type -> byteCode.isA(code.owner().name, type))
        && !code.method().name.startsWith("<")) {
      enter(code, List.of(code + "()"));
    }
  }

  private static boolean locksAround(MethodInsnNode call) {
    return LOCKING_MAP.matcher(call.owner).matches() && LOCKING.contains(call.name)
        || call.owner.equals("com/github/benmanes/caffeine/cache/Caffeine")
            && Set.of("weigher", "expireAfter", "evictionListener").contains(call.name);
  }

  private void underMonitor(Code code, AbstractInsnNode instruction, List<String> way) {
    if (!(instruction instanceof MethodInsnNode call)) {
      return;
    }
    List<String> here = way(way, code, call);
    if (FUNCTION.matcher(call.owner).matches()) {
      if (!COMBINE.contains(call.name) && Type.getArgumentCount(call.desc) < 4) {
        run(origins.find(new Site(code, call), Type.getArgumentCount(call.desc)), here, call);
      }
      return;
    }
    reach(Target.of(call), here);
    String name = call.owner + "." + call.name;
    if (!byteCode.contains(call.owner) && !LATER.matcher(name).matches() && !locksAround(call)) {
      functionsHandedTo(code, call, here);
    }
  }

  private void functionsHandedTo(Code code, MethodInsnNode call, List<String> way) {
    Type[] types = Type.getArgumentTypes(call.desc);
    for (int i = 0; i < types.length; i++) {
      String type = types[i].getSort() == Type.OBJECT ? types[i].getInternalName() : "";
      boolean callback = CALLED_UNDER_LOCK.contains(type) || type.endsWith("/RemovalListener");
      if (callback || FUNCTION.matcher(type).matches()) {
        run(origins.find(new Site(code, call), types.length - 1 - i), way, call);
      }
    }
  }

  private void run(Origins.Found found, List<String> way, MethodInsnNode call) {
    if (found.unknown) {
      violations.add(
          new Violation(way, "a function of unknown origin, by " + call.owner + "." + call.name));
    }
    found.targets.forEach(target -> reach(target, way));
    for (String type : found.types) {
      byteCode.methodsOf(type).stream()
          .filter(code -> !code.method().name.startsWith("<") && !code.isStatic())
          .forEach(code -> enter(code, way));
    }
  }

  private void reach(Target target, List<String> way) {
    if (!target.name().equals("<init>") && forbidden(target.owner())) {
      violations.add(
          new Violation(way, target.owner().replace('/', '.') + "." + target.name() + "()"));
      return;
    }
    byteCode.reachedBy(target).forEach(code -> enter(code, way));
  }

  private static boolean forbidden(String owner) {
    return USER_CODE.matcher(owner).matches() || INPUT_OUTPUT.matcher(owner).matches();
  }

  private void enter(Code code, List<String> way) {
    if (seen.add(code.key())) {
      open.push(new Step(code, way));
    }
  }

  private static List<String> way(List<String> before, Code code, AbstractInsnNode at) {
    List<String> way = new ArrayList<>(before);
    way.add(code + ":" + ByteCode.line(at));
    return List.copyOf(way);
  }
}
