package io.nearside.arch;

import io.nearside.arch.ByteCode.Code;
import io.nearside.arch.ByteCode.Site;
import io.nearside.arch.ByteCode.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.TypeInsnNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.Frame;
import org.objectweb.asm.tree.analysis.SourceInterpreter;
import org.objectweb.asm.tree.analysis.SourceValue;

/** Finds which code a function value may run: through locals, parameters, fields and results. */
final class Origins {
  /** Packages that users call, so that a parameter of theirs may be a user's function. */
  private static final Set<String> PUBLIC =
      Set.of("io/nearside", "io/nearside/config", "io/nearside/codec", "io/nearside/spi");

  /** What a function value may run; unknown when some of it comes from outside the set. */
  static final class Found {
    final Set<Target> targets = new LinkedHashSet<>();
    final Set<String> types = new LinkedHashSet<>();
    boolean unknown;
  }

  private final ByteCode byteCode;
  private final Map<String, Frame<SourceValue>[]> frames = new HashMap<>();
  private final Map<AbstractInsnNode, Integer> parameters = new HashMap<>();

  Origins(ByteCode byteCode) {
    this.byteCode = byteCode;
  }

  /** The value that lies the given number of slots under the top of the stack at the site. */
  Found find(Site site, int under) {
    Found found = new Found();
    trace(site, under, found, new HashSet<>());
    return found;
  }

  private void trace(Site site, int under, Found found, Set<Site> seen) {
    Frame<SourceValue> frame = frames(site.code())[indexOf(site)];
    if (frame != null) {
      SourceValue value = frame.getStack(frame.getStackSize() - 1 - under);
      value.insns.forEach(source -> follow(new Site(site.code(), source), found, seen));
    }
  }

  private void follow(Site source, Found found, Set<Site> seen) {
    if (!seen.add(source)) {
      return;
    }
    AbstractInsnNode instruction = source.instruction();
    if (instruction instanceof LabelNode && parameters.containsKey(instruction)) {
      parameter(source.code(), parameters.get(instruction), found, seen);
    } else if (instruction instanceof InvokeDynamicInsnNode made) {
      lambda(ByteCode.implementation(made), found);
    } else if (instruction.getOpcode() == Opcodes.NEW) {
      created(((TypeInsnNode) instruction).desc, found);
    } else if (instruction instanceof FieldInsnNode field) {
      field(field, found, seen);
    } else if (instruction instanceof MethodInsnNode call) {
      result(call, found, seen);
    } else if (instruction.getOpcode() != Opcodes.ACONST_NULL) {
      found.unknown = true;
    }
  }

  private static void lambda(Handle handle, Found found) {
    if (handle == null) {
      found.unknown = true;
    } else {
      found.targets.add(Target.of(handle));
    }
  }

  private void created(String type, Found found) {
    found.types.add(type);
    found.unknown |= !byteCode.contains(type);
  }

  private void field(FieldInsnNode field, Found found, Set<Site> seen) {
    List<Site> writes = byteCode.writesOf(field);
    found.unknown |= writes.isEmpty();
    writes.forEach(write -> trace(write, 0, found, seen));
  }

  private void result(MethodInsnNode call, Found found, Set<Site> seen) {
    if (call.owner.startsWith("java/util/function/") && call.getOpcode() == Opcodes.INVOKESTATIC) {
      return; // identity() and its like run no code of anybody
    }
    Set<Code> callees = byteCode.reachedBy(Target.of(call));
    found.unknown |= callees.isEmpty();
    for (Code callee : callees) {
      for (AbstractInsnNode instruction : callee.instructions()) {
        if (instruction.getOpcode() == Opcodes.ARETURN) {
          trace(new Site(callee, instruction), 0, found, seen);
        }
      }
    }
  }

  private void parameter(Code code, int index, Found found, Set<Site> seen) {
    if (index == 0 && !code.isStatic()) {
      found.types.add(code.owner().name);
      return;
    }
    List<Site> callers = byteCode.callersOf(code);
    List<Site> captures = byteCode.capturesOf(code);
    found.unknown |= isPublic(code) || callers.isEmpty() && captures.isEmpty();
    int all = argumentsOf(code);
    callers.forEach(caller -> trace(caller, all - 1 - index, found, seen));
    for (Site capture : captures) {
      String captured = ((InvokeDynamicInsnNode) capture.instruction()).desc;
      int count = Type.getArgumentCount(captured);
      if (index < count) {
        trace(capture, count - 1 - index, found, seen);
      } else {
        found.unknown = true;
      }
    }
  }

  private static boolean isPublic(Code code) {
    String owner = code.owner().name;
    int slash = owner.lastIndexOf('/');
    return slash > 0
        && PUBLIC.contains(owner.substring(0, slash))
        && (code.owner().access & code.method().access & Opcodes.ACC_PUBLIC) != 0;
  }

  private static int argumentsOf(Code code) {
    return Type.getArgumentCount(code.method().desc) + (code.isStatic() ? 0 : 1);
  }

  private static int indexOf(Site site) {
    return site.code().method().instructions.indexOf(site.instruction());
  }

  private Frame<SourceValue>[] frames(Code code) {
    return frames.computeIfAbsent(code.key(), key -> analyse(code));
  }

  private Frame<SourceValue>[] analyse(Code code) {
    try {
      return new Analyzer<>(new Sources(code)).analyze(code.owner().name, code.method());
    } catch (AnalyzerException e) {
      throw new IllegalStateException(code.toString(), e);
    }
  }

  /** Keeps the instruction (or parameter) that made a value through copies and casts. */
  private final class Sources extends SourceInterpreter {
    private final Map<Integer, Integer> indexOfSlot = new HashMap<>();

    Sources(Code code) {
      super(Opcodes.ASM9);
      int slot = 0;
      int index = 0;
      if (!code.isStatic()) {
        indexOfSlot.put(slot++, index++);
      }
      for (Type type : Type.getArgumentTypes(code.method().desc)) {
        indexOfSlot.put(slot, index++);
        slot += type.getSize();
      }
    }

    @Override
    public SourceValue newParameterValue(boolean isInstanceMethod, int local, Type type) {
      LabelNode marker = new LabelNode();
      parameters.put(marker, indexOfSlot.get(local));
      return new SourceValue(type.getSize(), marker);
    }

    @Override
    public SourceValue copyOperation(AbstractInsnNode instruction, SourceValue value) {
      return value;
    }

    @Override
    public SourceValue unaryOperation(AbstractInsnNode instruction, SourceValue value) {
      return instruction.getOpcode() == Opcodes.CHECKCAST
          ? value
          : super.unaryOperation(instruction, value);
    }
  }
}
