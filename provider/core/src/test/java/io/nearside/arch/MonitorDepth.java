package io.nearside.arch;

import io.nearside.arch.ByteCode.Code;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.stream.Stream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** How many monitors a method holds at each of its instructions, at most. */
final class MonitorDepth {
  /** Deeper nesting is not told apart, which also ends the search. */
  private static final int DEEPEST = 8;

  private final Code code;
  private final InsnList instructions;
  private final int[] depth;
  private final Deque<Integer> open = new ArrayDeque<>();

  private MonitorDepth(Code code) {
    this.code = code;
    this.instructions = code.method().instructions;
    this.depth = new int[instructions.size()];
    Arrays.fill(depth, -1);
  }

  /** The depth before each instruction; -1 where control never comes. */
  static int[] of(Code code) {
    MonitorDepth search = new MonitorDepth(code);
    if (search.depth.length > 0) {
      boolean whole = (code.method().access & Opcodes.ACC_SYNCHRONIZED) != 0;
      search.arrive(0, whole ? 1 : 0);
      while (!search.open.isEmpty()) {
        search.step(search.open.pop());
      }
    }
    return search.depth;
  }

  private void arrive(int index, int held) {
    int bounded = Math.min(held, DEEPEST);
    if (index < depth.length && bounded > depth[index]) {
      depth[index] = bounded;
      open.push(index);
    }
  }

  private void step(int index) {
    AbstractInsnNode instruction = instructions.get(index);
    int opcode = instruction.getOpcode();
    int before = depth[index];
    int after =
        switch (opcode) {
          case Opcodes.MONITORENTER -> before + 1;
          case Opcodes.MONITOREXIT -> Math.max(0, before - 1);
          default -> before;
        };
    jumps(instruction).forEach(label -> arrive(instructions.indexOf(label), after));
    if (fallsThrough(opcode)) {
      arrive(index + 1, after);
    }
    if (opcode >= 0) {
      exceptions(index, before);
    }
  }

  private static Stream<LabelNode> jumps(AbstractInsnNode instruction) {
    if (instruction instanceof JumpInsnNode jump) {
      return Stream.of(jump.label);
    }
    if (instruction instanceof TableSwitchInsnNode table) {
      return Stream.concat(table.labels.stream(), Stream.of(table.dflt));
    }
    if (instruction instanceof LookupSwitchInsnNode lookup) {
      return Stream.concat(lookup.labels.stream(), Stream.of(lookup.dflt));
    }
    return Stream.empty();
  }

  private static boolean fallsThrough(int opcode) {
    return switch (opcode) {
      case Opcodes.GOTO,
          Opcodes.TABLESWITCH,
          Opcodes.LOOKUPSWITCH,
          Opcodes.ATHROW,
          Opcodes.RETURN,
          Opcodes.ARETURN,
          Opcodes.IRETURN,
          Opcodes.LRETURN,
          Opcodes.FRETURN,
          Opcodes.DRETURN ->
          false;
      default -> true;
    };
  }

  /** Handlers in order: behind a catch-all (which gives the monitor back) no other is reached. */
  private void exceptions(int index, int held) {
    for (TryCatchBlockNode block : code.method().tryCatchBlocks) {
      if (instructions.indexOf(block.start) <= index && index < instructions.indexOf(block.end)) {
        arrive(instructions.indexOf(block.handler), held);
        if (block.type == null) {
          return;
        }
      }
    }
  }
}
