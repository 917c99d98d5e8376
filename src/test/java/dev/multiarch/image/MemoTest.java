package dev.multiarch.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonPrimitive;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Sealed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoTest {

  @TempDir Path folder;
  private Path classes;
  private Path file;
  private Path plugin;

  @BeforeEach
  void makeProgram() throws IOException {
    classes = folder.resolve("classes");
    file = folder.resolve("program");
    plugin = Files.writeString(folder.resolve("plugin.jar"), "1");
    write("a/A.class", "a");
  }

  /** Else a test of when it is used would prove nothing. */
  @Test
  void whatIsKeptIsBelieved() throws IOException {
    compile("a/Start.class", Start.class);
    assertThat(mainClasses()).containsExactly(Start.class.getName());
    forge(Start.class.getName(), "Forged");
    assertThat(mainClasses()).containsExactly("Forged");
  }

  @Test
  void jibIsAskedAgainByAnotherPlugin() throws IOException {
    compile("a/Start.class", Start.class);
    mainClasses();
    forge(Start.class.getName(), "Forged");
    Files.writeString(plugin, "1.1");
    assertThat(mainClasses()).containsExactly(Start.class.getName());
  }

  @Test
  void whoDoesNotKnowThePluginKeepsNothing() throws IOException {
    keepsNothing(List.of());
  }

  private void keepsNothing(List<Path> programs) throws IOException {
    Memo memo = new Memo(file, programs);
    memo.put("question", Digest.of(new byte[0]), new JsonPrimitive("answer"));
    memo.save();
    assertThat(file).doesNotExist();
  }

  @Test
  void aDamagedFileIsAsIfThereWereNone() throws IOException {
    compile("a/Start.class", Start.class);
    mainClasses();
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, i % 2 == 0 ? damaged : Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertThat(mainClasses()).containsExactly(Start.class.getName());
    }
  }

  @Test
  void aPluginThatIsNoJarKeepsNothing() throws IOException {
    Files.createDirectory(folder.resolve("one"));
    keepsNothing(List.of(folder.resolve("one")));
    keepsNothing(List.of(folder.resolve("missing")));
  }

  @Test
  void theMainClassIsLookedForWhenAClassThatMayHaveOneIsAnother() throws IOException {
    compile("a/Start.class", Start.class);
    compile("a/Other.class", Place.class);
    assertThat(mainClasses()).containsExactly(Start.class.getName());
    forge(Start.class.getName(), "Forged");
    assertThat(mainClasses()).containsExactly("Forged");
    write("a/Other.class", "no class, and no constant");
    assertThat(mainClasses()).containsExactly("Forged");
    Files.delete(classes.resolve("a/Start.class"));
    assertThat(mainClasses()).isEmpty();
    assertThat(mainClasses()).isEmpty();
    compile("a/Start.class", Start.class);
    compile("a/Second.class", Second.class);
    assertThat(mainClasses())
        .containsExactlyInAnyOrder(Start.class.getName(), Second.class.getName());
    assertThat(mainClasses()).hasSize(2);
    write("a/Second.class", "gone");
    assertThat(mainClasses()).containsExactly("Forged");
    compile("a/Start.class", Second.class);
    assertThat(mainClasses()).containsExactly(Second.class.getName());
  }

  @Test
  void classesThatAreAsTheyWereAreNotReadForTheMainClass() throws IOException {
    compile("a/Start.class", Start.class);
    for (int i = 0; i < 100; i++) {
      write("a/No" + i + ".class", "no class, and no constant");
    }
    // What was written just now may change without a trace.
    long now = TimeUnit.SECONDS.toNanos(Instant.now().getEpochSecond());
    assertThat(mainClasses(now)).hasSize(1);
    assertThat(isKept("mayHaveMain")).isFalse();
    long later = now + TimeUnit.HOURS.toNanos(1);
    assertThat(mainClasses(later)).hasSize(1);
    forgetCandidates();
    assertThat(mainClasses(later)).isEmpty();

    int missed = 0;
    for (int i = 0; i < 100; i++) {
      compile("a/No" + i + ".class", Second.class);
      missed += mainClasses(later).size() == i + 1 ? 1 : 0;
    }
    assertThat(missed).isPositive();
    assertThat(mainClasses(later)).hasSize(101);
  }

  /** jib passes over a class that something else is writing: there would seem to be one only. */
  @Test
  void aMainClassThatIsWrittenMeanwhileIsNamed() throws IOException {
    compile("a/Second.class", Second.class);
    compile("a/Start.class", Start.class);
    SeenFiles seen = new SeenFiles();
    seen.tree(classes);
    Path other = Files.write(classes.resolveSibling("other"), constant("main"));
    Files.move(other, classes.resolve("a/Start.class"), StandardCopyOption.REPLACE_EXISTING);
    try (Parallel parallel = new Parallel(2)) {
      assertThatIOException()
          .isThrownBy(() -> MainClasses.search(classes, memo(), seen, parallel).get())
          .withMessageContaining("Start.class")
          .withMessageContaining("something else writes it");
    }
  }

  @Test
  void severalMainClassesAreNamedInTheOrderOfTheirFiles() throws IOException {
    for (int i = 0; i < 100; i++) {
      write("a/No" + i + ".class", "no class, and no constant");
    }
    for (int i = 0; i < 20; i++) {
      Class<?> type = i % 2 == 0 ? Second.class : Start.class;
      compile("a/Main" + (char) ('A' + i) + ".class", type);
    }
    List<String> found = mainClasses();
    for (int i = 0; i < 20; i++) {
      Class<?> type = i % 2 == 0 ? Second.class : Start.class;
      assertThat(found.get(i)).isEqualTo(type.getName());
    }
  }

  @Test
  void whatWasNotAskedForStaysWhereNotAllWasAsked() throws IOException {
    Digest from = Digest.of(new byte[0]);
    Memo first = memo();
    first.put("old", from, new JsonPrimitive("answer"));
    first.save();
    Memo second = memo();
    second.put("new", from, new JsonPrimitive("answer"));
    second.saveBeside();
    assertThat(memo().find("old", from)).isPresent();
    assertThat(memo().find("new", from)).isPresent();
  }

  @Test
  void aMemoIsEmptyUntilAnEarlierBuildHasLeftSomething() throws IOException {
    Memo first = memo();
    first.put("question", Digest.of(new byte[0]), new JsonPrimitive("answer"));
    assertThat(first.isEmpty()).isTrue();
    first.save();
    assertThat(memo().isEmpty()).isFalse();
  }

  @Test
  void whatWasOnlyAskedForStaysBesideWhatIsNew() throws IOException {
    Digest from = Digest.of(new byte[0]);
    Memo first = memo();
    first.put("old", from, new JsonPrimitive("answer"));
    first.put("forgotten", from, new JsonPrimitive("answer"));
    first.save();
    Memo second = memo();
    assertThat(second.find("old", from)).isPresent();
    second.put("new", from, new JsonPrimitive("answer"));
    second.save();
    assertThat(memo().find("old", from)).isPresent();
    assertThat(memo().find("new", from)).isPresent();
    assertThat(memo().find("forgotten", from)).isEmpty();
  }

  @Test
  void nothingIsKeptOfClassesThatAreGone() throws IOException {
    long later = TimeUnit.SECONDS.toNanos(Instant.now().getEpochSecond() + 3600);
    compile("a/Start.class", Start.class);
    Files.delete(classes.resolve("a/A.class"));
    mainClasses(later);
    assertThat(isKept("a/Start.class")).isTrue();
    Files.move(classes.resolve("a/Start.class"), classes.resolve("a/Renamed.class"));
    mainClasses(later);
    assertThat(isKept("a/Start.class")).isFalse();
  }

  @Test
  void whatALinkLeadsToIsReadEachTime() throws IOException {
    long later = TimeUnit.SECONDS.toNanos(Instant.now().getEpochSecond() + 3600);
    Path elsewhere = folder.resolve("Start.class");
    compile("../Start.class", Start.class);
    Files.createSymbolicLink(classes.resolve("a/Link.class"), elsewhere);
    assertThat(mainClasses(later)).containsExactly(Start.class.getName());
    Files.writeString(elsewhere, "none");
    assertThat(mainClasses(later)).isEmpty();
  }

  private void forgetCandidates() throws IOException {
    String all = new String(Sealed.open(Files.readAllBytes(file)).orElseThrow(), UTF_8);
    String less = all.replaceAll("\"\\d+\":\"sha256:[0-9a-f]{64}\"", "");
    assertThat(less).isNotEqualTo(all);
    Files.write(file, Sealed.seal(less.getBytes(UTF_8)));
  }

  private boolean isKept(String text) throws IOException {
    return Files.exists(file) && new String(Files.readAllBytes(file), UTF_8).contains(text);
  }

  /** A class that a program may start with. */
  static final class Start {
    public static void main(String[] arguments) {}
  }

  /** Another one. */
  static final class Second {
    public static void main(String[] arguments) {}
  }

  private void compile(String name, Class<?> type) throws IOException {
    try (var in = type.getResourceAsStream(type.getName().replaceAll(".*\\.", "") + ".class")) {
      Files.createDirectories(classes.resolve(name).getParent());
      Files.write(classes.resolve(name), in.readAllBytes());
    }
  }

  private List<String> mainClasses() throws IOException {
    return mainClasses(0);
  }

  /**
   * @param now when they are looked for, in nanoseconds since the epoch
   */
  private List<String> mainClasses(long now) throws IOException {
    Memo memo = memo();
    SeenFiles seen = new SeenFiles(() -> now);
    try (Parallel parallel = new Parallel(2)) {
      List<String> found = MainClasses.search(classes, memo, seen, parallel).get();
      memo.save();
      return found;
    }
  }

  @Test
  void onlyWhoMayHaveAMainIsTakenApart() {
    assertThat(MainClasses.mayHaveMain(constant("main"))).isTrue();
    assertThat(MainClasses.mayHaveMain(constant("mains"))).isFalse();
    assertThat(MainClasses.mayHaveMain(constant("mai"))).isFalse();
    assertThat(MainClasses.mayHaveMain(new byte[0])).isFalse();
  }

  private static byte[] constant(String text) {
    byte[] bytes = new byte[text.length() + 4];
    bytes[1] = 1;
    bytes[3] = (byte) text.length();
    for (int i = 0; i < text.length(); i++) {
      bytes[4 + i] = (byte) text.charAt(i);
    }
    return bytes;
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(classes.resolve(name).getParent());
    Files.writeString(classes.resolve(name), text);
  }

  private Memo memo() {
    return new Memo(file, List.of(plugin));
  }

  /** What is kept, with another text in it, and what shows that it is whole. */
  private void forge(String text, String other) throws IOException {
    byte[] bytes = Sealed.open(Files.readAllBytes(file)).orElseThrow();
    byte[] changed = new String(bytes, UTF_8).replace(text, other).getBytes(UTF_8);
    Files.write(file, Sealed.seal(changed));
  }
}
