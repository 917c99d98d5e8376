package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerPlanTest {

  @Test
  void theOrderDoesNotDependOnTheOrderOfTheFiles() {
    List<Entry> entries = new ArrayList<>();
    for (String path : List.of("/a/b/c", "/a/b.txt", "/a/b", "/z", "/a/b/d/e", "/B")) {
      entries.add(file(path, "x"));
    }
    entries.remove(2);
    LayerPlan first = LayerPlan.of("files", entries, false);
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      Collections.shuffle(entries, random);
      assertThat(LayerPlan.of("files", entries, false)).isEqualTo(first);
    }
  }

  @Test
  void aDirectoryComesBeforeWhatIsInIt() {
    LayerPlan plan = LayerPlan.of("files", List.of(file("/a/b/c", "x"), file("/a-", "y")), false);
    assertThat(plan.entries())
        .extracting(Entry::path)
        .containsExactly("/a", "/a-", "/a/b", "/a/b/c");
  }

  @Test
  void directoriesThatABaseMayHaveAsLinksAreLeftToIt() {
    List<Entry> tool = List.of(file("/bin/tool", "x"), file("/usr/bin/tool", "x"));
    assertThat(LayerPlan.of("files", tool, true).entries())
        .extracting(Entry::path)
        .containsExactly("/bin/tool", "/usr", "/usr/bin", "/usr/bin/tool");
    assertThat(LayerPlan.of("files", tool, false).entries())
        .extracting(Entry::path)
        .contains("/bin");
  }

  @Test
  void aFolderThatIsOnlyNamedDoesNotReplaceTheBases() {
    Entry bin = Entry.directory("/bin", Owner.ROOT);
    Entry tmp = Entry.directory("/tmp", new Owner(7, 7));
    List<Entry> entries = List.of(bin, tmp, file("/bin/tool", "x"));
    assertThat(LayerPlan.of("files", entries, true).entries())
        .extracting(Entry::path)
        .containsExactly("/bin/tool", "/tmp");
    assertThat(LayerPlan.of("files", entries, false).entries()).contains(bin);
  }

  @Test
  void aParentIsWhatAnotherLayerSaysOfIt() {
    Entry data = Entry.directory("/data", new Owner(7, 7));
    LayerPlan plan =
        LayerPlan.of("files", List.of(file("/data/x", "x")), true, Map.of("/data", data));
    assertThat(plan.entries()).contains(data);
  }

  @Test
  void twoThingsInOnePlaceAreRefused() {
    assertThatThrownBy(
            () -> LayerPlan.of("files", List.of(file("/a", "x"), file("/a", "y")), false))
        .hasMessageContaining("/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a", "/a/", "/a//b", "/a/../b", "/./a", "/.."})
  void aPathThatLeadsElsewhereIsRefused(String path) {
    assertThatThrownBy(() -> file(path, "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOwnerIsMadeOfNumbers() {
    assertThat(Owner.parse("1000")).isEqualTo(new Owner(1000, 1000));
    assertThat(Owner.parse(" 0:5 ")).isEqualTo(new Owner(0, 5));
    for (String wrong : List.of("root", "1:", ":1", "1:2:3", "-1", "99999999999")) {
      assertThatThrownBy(() -> Owner.parse(wrong)).hasMessageContaining(wrong);
    }
  }

  private static Entry file(String path, String source) {
    return new Entry(
        path,
        new Entry.File(Path.of(source)),
        Entry.FILE_MODE,
        Entry.EPOCH_PLUS_SECOND,
        Owner.ROOT);
  }
}
