package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.layer.StateFile.State;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is kept of files' states is what was there, in few bytes. */
class StateFileTest {

  private static final String MODULE = "/home/me/work/orders/target/";
  private static final List<String> NAMES =
      List.of("", "a", "a/", "classes/com/example/", "ünï/", "日本", "😀", "With Space", "\n");

  @Test
  void whatIsWrittenIsRead() {
    for (int seed = 0; seed < 100; seed++) {
      SortedMap<String, State> states = random(new Random(seed));
      assertThat(StateFile.parse(MODULE, StateFile.print(MODULE, states)))
          .as("seed %d", seed)
          .isEqualTo(states);
    }
  }

  @Test
  void otherFilesStatesAreNotRead() {
    byte[] bytes = StateFile.print(MODULE, random(new Random(1)));
    assertThat(StateFile.parse("/home/me/work/billing/target/", bytes)).isEmpty();
    assertThat(StateFile.parse("", bytes)).isEmpty();
    assertThat(StateFile.parse(MODULE, "states 3 and more than that".getBytes())).isEmpty();
    assertThat(StateFile.parse(MODULE, new byte[0])).isEmpty();
  }

  @Test
  void filesThatAreCutOffAreNone() {
    byte[] bytes = StateFile.print(MODULE, random(new Random(1)));
    assertThat(StateFile.parse(MODULE, Arrays.copyOf(bytes, bytes.length - 1))).isEmpty();
  }

  /** A file of a build is written a moment after the one before it, mostly in the next inode. */
  @Test
  void aFileTakesLittleMoreThanItsHash() {
    SortedMap<String, State> states = new TreeMap<>();
    Random random = new Random(1);
    long time = 1_800_000_000_000_000_000L;
    for (int i = 0; i < 1000; i++) {
      time += random.nextInt(1_000_000);
      String name = "classes/com/example/orders/internal/Some%04dOrders.class".formatted(i);
      long inode = 31L * (4_000_000 + i);
      states.put(name, state(3000 + i, time, time + 20_000, inode, random));
    }
    assertThat(StateFile.print(MODULE, states).length / states.size()).isLessThan(60);
  }

  private static SortedMap<String, State> random(Random random) {
    SortedMap<String, State> states = new TreeMap<>();
    int count = 1 + random.nextInt(50);
    for (int i = 0; i < count; i++) {
      StringBuilder name = new StringBuilder();
      for (int j = random.nextInt(4); j >= 0; j--) {
        name.append(NAMES.get(random.nextInt(NAMES.size())));
      }
      states.put(
          name.toString(),
          state(
              number(random) & Long.MAX_VALUE,
              number(random),
              number(random),
              number(random),
              random));
    }
    return states;
  }

  private static State state(long size, long modified, long changed, long identity, Random random) {
    return new State(
        new FileStat(FileStat.Kind.FILE, size, modified, changed, identity, 0), hash(random));
  }

  private static byte[] hash(Random random) {
    byte[] hash = new byte[32];
    random.nextBytes(hash);
    return hash;
  }

  /** Of any length, and the ends of the range. */
  private static long number(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> 0;
      default -> random.nextLong() >> random.nextInt(Long.SIZE);
    };
  }
}
