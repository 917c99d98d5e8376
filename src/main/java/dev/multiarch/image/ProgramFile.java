package dev.multiarch.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JavaContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.gson.JsonObject;
import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Json;
import dev.multiarch.store.LayoutStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a program lie in its image. jib says so; and because it follows from the
 * files' names, and not from what is in them, a build keeps it for the next one: jib takes 0.2 s to
 * say it, a third of a build in which one class has changed. The file may be lost at any time.
 */
public final class ProgramFile {

  private static final String OUTLINE = "outline";
  private static final String PLACES = "places";

  private final Path file;
  private final Collection<Path> programs;
  private @Nullable Digest outline;
  private @Nullable List<Place> said;

  /**
   * Where one file or folder lies.
   *
   * @param layer the name of its layer; those of one layer stand together
   * @param path in the image
   * @param source on this machine
   */
  record Place(String layer, String path, Path source) {}

  /**
   * @param file where it is kept
   * @param programs the jars that say it: others may say something else. If there are none, it is
   *     not kept
   */
  public ProgramFile(Path file, Collection<Path> programs) {
    this.file = file;
    this.programs = List.copyOf(programs);
  }

  /**
   * Where everything lies, layer by layer, those seldom changed first.
   *
   * @throws IOException if the program's files cannot be looked at
   */
  List<Place> places(Application application) throws IOException {
    Optional<Digest> now = outline(application);
    if (now.isPresent()) {
      Optional<List<Place>> kept = kept(now.get());
      if (kept.isPresent()) {
        return kept.get();
      }
    }
    List<Place> places = describe(application);
    outline = now.orElse(null);
    said = places;
    return places;
  }

  /** Keeps what jib has said, if it had to be asked. */
  public void keep() throws IOException {
    if (outline == null || said == null) {
      return;
    }
    List<String> texts = new ArrayList<>();
    for (Place place : said) {
      texts.add(place.layer);
      texts.add(place.path);
      texts.add(place.source.toString());
    }
    JsonObject json = Json.object();
    json.addProperty(OUTLINE, outline.toString());
    Json.putTexts(json, PLACES, texts);
    LayoutStore.replace(file, Json.compact(json));
  }

  private Optional<List<Place>> kept(Digest now) {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      if (!Json.requiredText(json, OUTLINE).equals(now.toString())) {
        return Optional.empty();
      }
      List<String> texts = Json.texts(json, PLACES);
      List<Place> places = new ArrayList<>();
      for (int i = 0; i + 2 < texts.size(); i += 3) {
        places.add(new Place(texts.get(i), texts.get(i + 1), Path.of(texts.get(i + 2))));
      }
      return Optional.of(places);
    } catch (IOException | IllegalArgumentException e) {
      // Lost or damaged: jib says it again.
      return Optional.empty();
    }
  }

  /**
   * All that it follows from, in one digest: the names of files and folders, and the sizes of jars,
   * by which jib tells those of one name apart.
   *
   * @return empty if nothing can be concluded: there is a link, whose target may become another
   */
  private Optional<Digest> outline(Application application) throws IOException {
    if (programs.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest hash = Digest.sha256();
    for (Path program : programs) {
      update(hash, program, Files.size(program), Files.getLastModifiedTime(program));
    }
    update(hash, application.appRoot(), application.classes(), "");
    Set<String> names = new TreeSet<>();
    if (!listNames(application.classes(), names)) {
      return Optional.empty();
    }
    update(hash, names.size(), "", "");
    for (String name : names) {
      update(hash, name, "", "");
    }
    for (Dependency dependency : application.dependencies()) {
      update(hash, dependency.file(), dependency.kind(), Files.size(dependency.file()));
    }
    return Optional.of(Digest.of(hash));
  }

  private static void update(MessageDigest hash, Object one, Object two, Object three) {
    for (Object part : new Object[] {one, two, three}) {
      hash.update(part.toString().getBytes(StandardCharsets.UTF_8));
      hash.update((byte) 0);
    }
  }

  /**
   * @return whether there are but files and folders
   */
  private static boolean listNames(Path root, Set<String> names) throws IOException {
    boolean[] plain = {true};
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes found) {
            names.add(folder + "/");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path one, BasicFileAttributes found) {
            plain[0] &= found.isRegularFile();
            names.add(one.toString());
            return FileVisitResult.CONTINUE;
          }
        });
    return plain[0];
  }

  private static List<Place> describe(Application application) throws IOException {
    Path classes = application.classes();
    JavaContainerBuilder builder;
    try {
      builder = JavaContainerBuilder.from(RegistryImage.named(Base.SCRATCH));
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException("jib knows scratch", e);
    }
    ContainerBuildPlan plan =
        builder
            .setAppRoot(application.appRoot())
            .addResources(classes, path -> !path.toString().endsWith(".class"))
            .addClasses(classes, path -> path.toString().endsWith(".class"))
            .addDependencies(files(application, Kind.RELEASE))
            .addSnapshotDependencies(files(application, Kind.SNAPSHOT))
            .addProjectDependencies(files(application, Kind.PROJECT))
            .toContainerBuilder()
            .toContainerBuildPlan();
    List<Place> places = new ArrayList<>();
    for (var object : plan.getLayers()) {
      FileEntriesLayer layer = (FileEntriesLayer) object;
      for (FileEntry entry : layer.getEntries()) {
        String path = entry.getExtractionPath().toString();
        places.add(new Place(layer.getName(), path, entry.getSourceFile()));
      }
    }
    return places;
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
}
