package io.nearside.arch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** A closed set of class files: who calls whom, who implements what, where lambdas are made. */
final class ByteCode {

  /** A method whose code is in the set. */
  record Code(ClassNode owner, MethodNode method) {
    String key() {
      return owner.name + "." + method.name + method.desc;
    }

    boolean isStatic() {
      return (method.access & Opcodes.ACC_STATIC) != 0;
    }

    List<AbstractInsnNode> instructions() {
      return List.of(method.instructions.toArray());
    }

    @Override
    public String toString() {
      return owner.name.replace('/', '.') + "." + method.name;
    }
  }

  /** What a call or a method reference names. */
  record Target(String owner, String name, String descriptor, boolean exact) {
    static Target of(MethodInsnNode call) {
      boolean exact =
          call.getOpcode() == Opcodes.INVOKESTATIC || call.getOpcode() == Opcodes.INVOKESPECIAL;
      return new Target(call.owner, call.name, call.desc, exact);
    }

    static Target of(Handle handle) {
      boolean exact =
          handle.getTag() != Opcodes.H_INVOKEVIRTUAL
              && handle.getTag() != Opcodes.H_INVOKEINTERFACE;
      return new Target(handle.getOwner(), handle.getName(), handle.getDesc(), exact);
    }
  }

  /** An instruction and the method that it is in. */
  record Site(Code code, AbstractInsnNode instruction) {}

  private final Map<String, ClassNode> classes = new LinkedHashMap<>();
  private final Map<String, Code> codes = new LinkedHashMap<>();
  private final Map<String, List<Site>> callers = new HashMap<>();
  private final Map<String, List<Site>> captures = new HashMap<>();
  private final Map<String, List<Site>> fieldWrites = new HashMap<>();
  private final Map<String, List<Handle>> lambdas = new HashMap<>();
  private final Map<String, Set<String>> descendants = new HashMap<>();

  private ByteCode(Stream<ClassNode> nodes) {
    nodes.forEach(node -> classes.put(node.name, node));
    classes.values().forEach(this::indexMembers);
    codes.values().forEach(this::indexLambdas);
    codes.values().forEach(this::indexCalls);
  }

  static ByteCode of(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ByteCode(files.filter(f -> f.toString().endsWith(".class")).map(ByteCode::read));
    }
  }

  static ByteCode of(Class<?>... types) {
    return new ByteCode(Arrays.stream(types).map(ByteCode::read));
  }

  Collection<Code> codes() {
    return codes.values();
  }

  boolean contains(String type) {
    return classes.containsKey(type);
  }

  /** The methods of this set that a call may reach: by inheritance, overriding and lambdas. */
  Set<Code> reachedBy(Target target) {
    Set<Code> reached = new LinkedHashSet<>();
    reach(target, reached, new HashSet<>());
    return reached;
  }

  /** A lambda that calls its own interface leads back to where it came from. */
  private void reach(Target target, Set<Code> reached, Set<Target> seen) {
    if (!contains(target.owner()) || !seen.add(target)) {
      return;
    }
    Code inherited = inherited(target.owner(), target.name() + target.descriptor());
    if (inherited != null) {
      reached.add(inherited);
    }
    if (!target.exact()) {
      for (String type : descendants.getOrDefault(target.owner(), Set.of())) {
        Code override = codes.get(type + "." + target.name() + target.descriptor());
        if (override != null) {
          reached.add(override);
        }
      }
      for (Handle lambda : lambdas.getOrDefault(target.owner() + "." + target.name(), List.of())) {
        reach(Target.of(lambda), reached, seen);
      }
    }
  }

  /** Whether the type is, extends or implements the other, as far as this set knows. */
  boolean isA(String type, String ancestor) {
    return type.equals(ancestor) || descendants.getOrDefault(ancestor, Set.of()).contains(type);
  }

  List<Site> callersOf(Code code) {
    return callers.getOrDefault(code.key(), List.of());
  }

  /** Where the method becomes a lambda or method reference. */
  List<Site> capturesOf(Code code) {
    return captures.getOrDefault(code.key(), List.of());
  }

  List<Site> writesOf(FieldInsnNode field) {
    return fieldWrites.getOrDefault(field.owner + "." + field.name, List.of());
  }

  List<Code> methodsOf(String type) {
    return codes.values().stream().filter(code -> code.owner().name.equals(type)).toList();
  }

  /** The method behind a lambda or method reference, or null for another use of invokedynamic. */
  static @Nullable Handle implementation(InvokeDynamicInsnNode instruction) {
    return instruction.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
        ? (Handle) instruction.bsmArgs[1]
        : null;
  }

  static int line(AbstractInsnNode instruction) {
    for (AbstractInsnNode i = instruction; i != null; i = i.getPrevious()) {
      if (i instanceof LineNumberNode number) {
        return number.line;
      }
    }
    return 0;
  }

  private void indexMembers(ClassNode type) {
    for (MethodNode method : type.methods) {
      Code code = new Code(type, method);
      codes.put(code.key(), code);
    }
    List<String> open = new ArrayList<>(parents(type));
    for (int i = 0; i < open.size(); i++) {
      descendants.computeIfAbsent(open.get(i), name -> new LinkedHashSet<>()).add(type.name);
      if (classes.containsKey(open.get(i))) {
        open.addAll(parents(classes.get(open.get(i))));
      }
    }
  }

  private void indexLambdas(Code code) {
    for (AbstractInsnNode instruction : code.method().instructions) {
      if (instruction instanceof InvokeDynamicInsnNode made && implementation(made) != null) {
        Handle handle = implementation(made);
        String made0 = Type.getReturnType(made.desc).getInternalName() + "." + made.name;
        lambdas.computeIfAbsent(made0, key -> new ArrayList<>()).add(handle);
        String key = handle.getOwner() + "." + handle.getName() + handle.getDesc();
        captures.computeIfAbsent(key, k -> new ArrayList<>()).add(new Site(code, instruction));
      } else if (instruction instanceof FieldInsnNode field
          && (field.getOpcode() == Opcodes.PUTFIELD || field.getOpcode() == Opcodes.PUTSTATIC)) {
        fieldWrites
            .computeIfAbsent(field.owner + "." + field.name, key -> new ArrayList<>())
            .add(new Site(code, instruction));
      }
    }
  }

  private void indexCalls(Code code) {
    for (AbstractInsnNode instruction : code.method().instructions) {
      if (instruction instanceof MethodInsnNode call) {
        for (Code callee : reachedBy(Target.of(call))) {
          callers
              .computeIfAbsent(callee.key(), key -> new ArrayList<>())
              .add(new Site(code, instruction));
        }
      }
    }
  }

  private @Nullable Code inherited(String type, String signature) {
    Code own = codes.get(type + "." + signature);
    if (own != null || !contains(type)) {
      return own;
    }
    for (String parent : parents(classes.get(type))) {
      Code found = inherited(parent, signature);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static List<String> parents(ClassNode type) {
    List<String> parents = new ArrayList<>(type.interfaces);
    if (type.superName != null) {
      parents.add(0, type.superName);
    }
    return parents;
  }

  private static ClassNode read(Path file) {
    try {
      return read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassNode read(Class<?> type) {
    String resource = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(resource)) {
      return read(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassNode read(byte[] bytes) {
    ClassNode node = new ClassNode();
    new ClassReader(bytes).accept(node, 0);
    return node;
  }

  /** All string constants of the set. */
  Stream<String> strings() {
    return codes.values().stream()
        .flatMap(code -> StreamSupport.stream(code.method().instructions.spliterator(), false))
        .filter(org.objectweb.asm.tree.LdcInsnNode.class::isInstance)
        .map(instruction -> ((org.objectweb.asm.tree.LdcInsnNode) instruction).cst)
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }
}
