package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Slots;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node of a cluster says of its slots, read. */
class OwnershipTest {
  private static final String NODE = "07c37dfeb235213a872192d90877d0cd55635b91";

  private static Slots slots(int... all) {
    BitSet bits = new BitSet();
    for (int slot : all) {
      bits.set(slot);
    }
    return Slots.of(bits);
  }

  @Test
  void rangesAndSingleSlotsCountAndThoseOnTheirWayDoNot() {
    Ownership own = Ownership.parse(NODE, "17 0-3 9 12-13 [2->-" + NODE + "] [13-<-" + NODE + "]");
    assertThat(own.configurationEpoch()).isEqualTo(17);
    assertThat(own.slots()).isEqualTo(slots(0, 1, 3, 9, 12));
    assertThat(own.slots().has(own.home())).isTrue();
  }

  @Test
  void aMasterWithoutSlotsHasNoHome() {
    assertThat(Ownership.parse(NODE, "3").home()).isEqualTo(-1);
    assertThat(Ownership.parse(NODE, "3").slots()).isEqualTo(Slots.NONE);
  }

  @Test
  void withoutAClusterEverythingIsOwned() {
    assertThat(Ownership.parse("", "")).isEqualTo(Ownership.ALL);
  }

  @Test
  void aServerIsFoundAmongAllThatItKnows() {
    String nodes =
        "1".repeat(40)
            + " 127.0.0.1:1@2,host master - 0 1 1 connected 0-5\n"
            + NODE
            + " 127.0.0.1:3@4 myself,master - 0 0 12 connected 6-8 [7->-x]\n"
            + "2".repeat(40)
            + " 127.0.0.1:5@6 slave "
            + NODE
            + " 0 1 12 connected\n";
    Ownership own = Ownership.ofMyself(nodes);
    assertThat(own.configurationEpoch()).isEqualTo(12);
    assertThat(own.slots()).isEqualTo(slots(6, 8));
    assertThat(own).isEqualTo(Ownership.parse(NODE, "12 6-8 [7->-x]"));
    assertThatThrownBy(() -> Ownership.ofMyself("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theHomeRarelyChangesWhileSlotsMove() {
    Set<Integer> homes = new HashSet<>();
    for (int first = 0; first < 5_000; first++) {
      homes.add(Ownership.parse(NODE, "1 " + first + "-5460").home());
    }
    assertThat(homes).hasSizeBetween(1, 60);
    assertThat(Ownership.parse("another", "1 0-5460").home())
        .isNotEqualTo(Ownership.parse(NODE, "1 0-5460").home());
  }
}
