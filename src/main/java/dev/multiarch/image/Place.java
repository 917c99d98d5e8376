package dev.multiarch.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JavaContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.ContainerBuildPlan;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import dev.multiarch.layer.FileDigests;
import dev.multiarch.layer.FileTree;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a file or folder of a program lies in its image.
 *
 * @param layer the name of its layer
 * @param path in the image
 * @param source on this machine
 */
record Place(String layer, String path, Path source) {

  private static final String QUESTION = "places";

  /** How many texts stand for one. */
  private static final int PARTS = 3;

  /**
   * Where everything lies, layer by layer, those seldom changed first. jib says so; because that
   * takes it 0.2 s, and follows from the files' names and the jars' sizes alone, it is asked only
   * if those are others.
   *
   * @param digests looks at the program's files
   * @throws IOException if they cannot be looked at
   */
  static List<Place> of(Application application, Memo memo, FileDigests digests)
      throws IOException {
    Optional<Digest> outline = outline(application, digests.tree(application.classes()));
    if (outline.isEmpty()) {
      return describe(application);
    }
    Optional<JsonElement> known = memo.find(QUESTION, outline.get());
    if (known.isPresent() && known.get() instanceof JsonArray texts) {
      return parse(texts);
    }
    List<Place> places = describe(application);
    // A file may have come or gone while jib was looking.
    if (outline(application, digests.look(application.classes())).equals(outline)) {
      memo.put(QUESTION, outline.get(), print(places));
    }
    return places;
  }

  private static List<Place> parse(JsonArray texts) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < texts.size(); i += PARTS) {
      places.add(
          new Place(
              texts.get(i).getAsString(),
              texts.get(i + 1).getAsString(),
              Path.of(texts.get(i + 2).getAsString())));
    }
    return places;
  }

  private static JsonArray print(List<Place> places) {
    JsonArray texts = new JsonArray();
    for (Place place : places) {
      texts.add(place.layer);
      texts.add(place.path);
      texts.add(place.source.toString());
    }
    return texts;
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

  /**
   * All that the places follow from, in one digest: the names of files and folders, and the sizes
   * of jars, by which jib tells those of one name apart.
   *
   * @return empty if nothing can be concluded: there is a link, whose target may become another, or
   *     a name that the JVM cannot say
   */
  private static Optional<Digest> outline(Application application, FileTree tree)
      throws IOException {
    MessageDigest hash = Digest.sha256();
    update(hash, application.appRoot(), application.classes(), "");
    Set<String> names = new TreeSet<>();
    boolean plain = tree.others().isEmpty();
    for (Path folder : tree.folders()) {
      plain &= isSaid(folder);
      names.add(folder + "/");
    }
    for (Path file : tree.files()) {
      plain &= isSaid(file);
      names.add(file.toString());
    }
    if (!plain) {
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

  /** Whether the text of a path leads back to it: not of bytes that the JVM's encoding lacks. */
  private static boolean isSaid(Path path) {
    try {
      return Path.of(path.toString()).equals(path);
    } catch (InvalidPathException e) {
      return false;
    }
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
