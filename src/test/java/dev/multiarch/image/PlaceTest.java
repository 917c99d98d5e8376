package dev.multiarch.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.tools.jib.api.JavaContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Java images look as jib makes them. */
class PlaceTest {

  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "A.class",
          "a.class",
          "B$1.class",
          "x.properties",
          "META-INF",
          "a b",
          "ü",
          ".x");

  @TempDir Path folder;

  @Test
  void everythingLiesWhereJibPutsIt() throws Exception {
    Random random = new Random(5);
    for (int run = 0; run < 100; run++) {
      Path program = folder.resolve("program" + run);
      Path classes = Files.createDirectories(program.resolve("classes"));
      for (int i = 0; i < random.nextInt(30); i++) {
        add(classes, random);
      }
      List<Dependency> dependencies = new ArrayList<>();
      for (int i = 0; i < random.nextInt(10); i++) {
        Path place = Files.createDirectories(program.resolve("jars" + i));
        String name = "x" + random.nextInt(4) + (random.nextInt(8) == 0 ? ".zip" : ".jar");
        Path jar = Files.write(place.resolve(name), new byte[i]);
        dependencies.add(new Dependency(jar, Kind.values()[random.nextInt(3)]));
      }
      String root = List.of("/app", "/", "/opt//app/").get(random.nextInt(3));
      Application application = application(classes, dependencies, root);
      assertThat(Place.of(application, new SeenFiles())).isEqualTo(jib(application));
    }
  }

  private static void add(Path classes, Random random) throws IOException {
    Path file = classes;
    for (int depth = random.nextInt(3); depth >= 0; depth--) {
      Path next = file.resolve(NAMES.get(random.nextInt(NAMES.size())));
      if (!Files.isDirectory(file)) {
        return;
      }
      file = next;
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !Files.isDirectory(file.getParent())) {
      return;
    }
    switch (random.nextInt(5)) {
      case 0, 1 -> Files.createDirectory(file);
      case 2 -> Files.createSymbolicLink(file, classes.resolve(NAMES.get(random.nextInt(4))));
      default -> Files.writeString(file, "content");
    }
  }

  /** Java cannot make such a name, but meets it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aNameThatTheJvmCannotSayIsThere() throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "touch \"$(printf 'gr\\374n.txt')\"")
            .directory(folder.toFile())
            .start();
    assertThat(shell.waitFor()).isZero();
    Application application = application(folder, List.of(), "/app");
    assertThat(Place.of(application, new SeenFiles()))
        .hasSize(1)
        .allMatch(place -> place.path().startsWith("/app/resources/gr"));
  }

  @Test
  void jarsOfOneNameAreToldApartByTheirSizes() throws IOException {
    List<Dependency> dependencies = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      Path place = Files.createDirectories(folder.resolve("jars" + i));
      dependencies.add(
          new Dependency(Files.write(place.resolve("x.jar"), new byte[i]), Kind.values()[i - 1]));
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    assertThat(Place.of(application(classes, dependencies, "/app"), new SeenFiles()))
        .extracting(Place::path)
        .containsExactly("/app/libs/x-1.jar", "/app/libs/x-2.jar");
  }

  @Test
  void aPathThatBeginsNowhereIsAMistakeBesideOthers() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Dependency missing = new Dependency(folder.resolve("missing.jar"), Kind.RELEASE);
    Application application = application(classes, List.of(missing), "app");
    Mistakes mistakes = new Mistakes();
    plan(application, mistakes);
    assertThatThrownBy(mistakes::throwIfAny)
        .hasMessageContaining("container.appRoot")
        .hasMessageContaining("'app' is not an absolute path")
        .hasMessageContaining("missing.jar is not a jar");
  }

  @Test
  void theClassPathNamesTheFoldersWhereTheyLie() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Files.writeString(classes.resolve("A.class"), "a");
    Files.writeString(classes.resolve("a.properties"), "a");
    for (String root : List.of("/opt//app/", "/")) {
      Application application =
          new Application(classes, List.of(), Optional.of("A"), List.of(), root);
      Mistakes mistakes = new Mistakes();
      String there = root.equals("/") ? "" : "/opt/app";
      assertThat(plan(application, mistakes).command())
          .containsExactly("java", "-cp", there + "/resources:" + there + "/classes", "A");
      mistakes.throwIfAny();
    }
  }

  private ApplicationPlanner.Planned plan(Application application, Mistakes mistakes)
      throws IOException {
    try (Parallel parallel = new Parallel(1)) {
      Memo memo = new Memo(folder.resolve("memo"), List.of());
      return ApplicationPlanner.plan(application, memo, new SeenFiles(), true, mistakes, parallel);
    }
  }

  private static Application application(Path classes, List<Dependency> dependencies, String root) {
    return new Application(classes, dependencies, Optional.empty(), List.of(), root);
  }

  private static List<Place> jib(Application application) throws Exception {
    Path classes = application.classes();
    var plan =
        JavaContainerBuilder.from(RegistryImage.named("scratch"))
            .setAppRoot(application.appRoot())
            .addResources(classes, path -> !path.toString().endsWith(".class"))
            .addClasses(classes, path -> path.toString().endsWith(".class"))
            .addDependencies(files(application, Kind.RELEASE))
            .addSnapshotDependencies(files(application, Kind.SNAPSHOT))
            .addProjectDependencies(files(application, Kind.PROJECT))
            .toContainerBuilder()
            .toContainerBuildPlan();
    List<Place> places = new ArrayList<>();
    for (var layer : plan.getLayers()) {
      for (FileEntry entry : ((FileEntriesLayer) layer).getEntries()) {
        Path source = entry.getSourceFile();
        String path = entry.getExtractionPath().toString();
        places.add(new Place(layer.getName(), path, source, Files.isDirectory(source)));
      }
    }
    return places;
  }

  private static List<Path> files(Application application, Kind kind) {
    return application.dependencies().stream()
        .filter(dependency -> dependency.kind() == kind)
        .map(Dependency::file)
        .toList();
  }
}
