package dev.multiarch.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JavaContainerBuilder;
import com.google.cloud.tools.jib.api.MainClassFinder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import dev.multiarch.layer.Entry;
import dev.multiarch.layer.Owner;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Turns a Java program into layers by jib's rules, so that an image looks as Java images do: jars
 * by how often they change, then resources, then classes. Only the class path is ours: jib's {@code
 * libs/*} leaves the order of the jars to the JVM.
 */
final class ApplicationPlanner {

  private static final String CLASSES = "classes";
  private static final String RESOURCES = "resources";

  /**
   * The content of a program's layers and the command that starts it.
   *
   * @param layers name and entries of each, the seldom changed first
   * @param command program and arguments
   */
  record Planned(List<NamedEntries> layers, List<String> command) {}

  /** A layer's content before directories are added. */
  record NamedEntries(String name, List<Entry> entries) {}

  private ApplicationPlanner() {}

  /**
   * @param commandNeeded false where the user gave an entrypoint: no main class is looked for then
   */
  static Planned plan(
      Application application, boolean commandNeeded, Mistakes mistakes, Parallel parallel)
      throws IOException {
    for (Dependency dependency : application.dependencies()) {
      if (!Files.isRegularFile(dependency.file())) {
        mistakes.add(
            "dependencies",
            dependency.file() + " is not a jar; run the phase package, so that modules are jars");
        return new Planned(List.of(), List.of());
      }
    }
    Optional<Parallel.Begun<MainClassFinder.Result>> search =
        commandNeeded && application.mainClass().isEmpty()
            ? Optional.of(parallel.begin(() -> findMainClass(application.classes())))
            : Optional.empty();
    ContainerBuildPlan plan = describe(application);
    List<NamedEntries> layers = new ArrayList<>();
    Map<Path, String> places = new HashMap<>();
    for (var object : plan.getLayers()) {
      FileEntriesLayer layer = (FileEntriesLayer) object;
      List<Entry> entries = new ArrayList<>();
      boolean hasFile = false;
      for (FileEntry described : layer.getEntries()) {
        Entry entry = entry(described);
        entries.add(entry);
        hasFile |= entry.content() instanceof Entry.File;
        places.put(described.getSourceFile(), entry.path());
      }
      if (hasFile) {
        layers.add(new NamedEntries(layer.getName(), entries));
      }
    }
    if (!commandNeeded) {
      return new Planned(layers, List.of());
    }
    Optional<String> mainClass =
        search.isEmpty()
            ? application.mainClass()
            : found(search.get().get(), application.classes(), mistakes);
    List<String> command = new ArrayList<>();
    command.add("java");
    command.addAll(application.jvmFlags());
    command.add("-cp");
    command.add(classPath(application, layers, places));
    if (mainClass.isPresent()) {
      command.add(mainClass.get());
    }
    return new Planned(layers, command);
  }

  private static ContainerBuildPlan describe(Application application) throws IOException {
    Path classes = application.classes();
    JavaContainerBuilder builder;
    try {
      builder = JavaContainerBuilder.from(RegistryImage.named(Base.SCRATCH));
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException("jib knows scratch", e);
    }
    return builder
        .setAppRoot(application.appRoot())
        .addResources(classes, path -> !path.toString().endsWith(".class"))
        .addClasses(classes, path -> path.toString().endsWith(".class"))
        .addDependencies(files(application, Kind.RELEASE))
        .addSnapshotDependencies(files(application, Kind.SNAPSHOT))
        .addProjectDependencies(files(application, Kind.PROJECT))
        .toContainerBuilder()
        .toContainerBuildPlan();
  }

  private static List<Path> files(Application application, Kind kind) {
    List<Path> files = new ArrayList<>();
    for (Dependency dependency : application.dependencies()) {
      if (dependency.kind() == kind) {
        files.add(dependency.file());
      }
    }
    return files;
  }

  private static Entry entry(FileEntry entry) {
    String path = entry.getExtractionPath().toString();
    Path source = entry.getSourceFile();
    return Files.isDirectory(source)
        ? Entry.directory(path, Owner.ROOT)
        : new Entry(
            path,
            new Entry.File(source),
            FilePlanner.mode(source),
            Entry.EPOCH_PLUS_SECOND,
            Owner.ROOT);
  }

  /** The program's own content first, then its jars in the project's order. */
  private static String classPath(
      Application application, List<NamedEntries> layers, Map<Path, String> places) {
    List<String> elements = new ArrayList<>();
    for (String own : List.of(RESOURCES, CLASSES)) {
      for (NamedEntries layer : layers) {
        if (layer.name().equals(own)) {
          elements.add(application.appRoot() + "/" + own);
        }
      }
    }
    for (Dependency dependency : application.dependencies()) {
      elements.add(places.get(dependency.file()));
    }
    return String.join(":", elements);
  }

  private static MainClassFinder.Result findMainClass(Path classes) throws IOException {
    try (Stream<Path> all = Files.walk(classes)) {
      // META-INF/versions holds other editions of classes that stand outside it.
      return MainClassFinder.find(
          all.filter(file -> !file.toString().contains("META-INF")).sorted().toList(), event -> {});
    }
  }

  private static Optional<String> found(
      MainClassFinder.Result result, Path classes, Mistakes mistakes) {
    switch (result.getType()) {
      case MAIN_CLASS_FOUND -> {
        return Optional.of(result.getFoundMainClass());
      }
      case MAIN_CLASS_NOT_FOUND ->
          mistakes.add(
              "container.mainClass",
              "no class in "
                  + classes
                  + " has a main method; name it, or set skip if this module is a library");
      case MULTIPLE_MAIN_CLASSES ->
          mistakes.add(
              "container.mainClass",
              "several classes have a main method, name one: "
                  + String.join(", ", result.getFoundMainClasses()));
    }
    return Optional.empty();
  }
}
