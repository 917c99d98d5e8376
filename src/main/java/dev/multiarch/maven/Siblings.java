package dev.multiarch.maven;

import dev.multiarch.assembly.DigestRecord;
import dev.multiarch.assembly.HandOver;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.Base;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Platform;
import dev.multiarch.oci.Reference;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.execution.ProjectDependencyGraph;
import org.apache.maven.project.MavenProject;

/**
 * Finds the image of another module to build on, {@code reactor:groupId:artifactId[:image id]}.
 * What this run builds counts first; a module that is not part of the run has its image in its
 * target folder, else in the registry, under hand-over tags of this revision or under its release
 * tag.
 *
 * <p>Where an image is to be published, what lies in a target folder must be of the sources that
 * this run is of. And where other runs build other platforms of it, a release tag is nothing to
 * build on: who builds next may find another image under it, and an index would mix them.
 */
final class Siblings {

  static final String PREFIX = "reactor:";

  private final MavenSession session;
  private final MavenProject project;
  private final String ownImage;
  private final Supplier<Optional<String>> revision;
  private final SessionStores stores;
  private final Use use;

  /**
   * What becomes of the image that is built on a sibling.
   *
   * @param doubted what is done about a base on which nothing is to be published
   * @param part whether other runs build other platforms of the image
   */
  record Use(Doubted doubted, boolean part) {}

  /** What is done about a base on which nothing is to be published. */
  enum Doubted {
    /** It is not taken, since this run publishes. */
    REFUSED,
    /** It is taken, and the doubt noted for a later run that would publish. */
    NOTED,
    /** It is taken as any other, since the user said so. */
    ACCEPTED
  }

  /**
   * @param ownImage the id of the image that is built on the sibling
   * @param revision which sources this session works on; asked for only where it is needed, since
   *     the answer may take a while
   * @param use what becomes of the image that is built on the sibling
   */
  Siblings(
      MavenSession session,
      MavenProject project,
      String ownImage,
      Supplier<Optional<String>> revision,
      SessionStores stores,
      Use use) {
    this.use = use;
    this.session = session;
    this.project = project;
    this.ownImage = ownImage;
    this.revision = revision;
    this.stores = stores;
  }

  /**
   * Finds the image.
   *
   * @param name as the POM has it
   * @throws IllegalArgumentException if there is no such image, or it lacks a platform
   * @throws IOException if a registry had to be asked and could not be
   */
  Base find(String name, List<Platform> platforms) throws IOException {
    String[] parts = name.substring(PREFIX.length()).split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw mistake("'%s' is not of the form reactor:groupId:artifactId[:image id]", name);
    }
    String image = parts.length == 3 ? parts[2] : Workspace.DEFAULT_ID;
    MavenProject module = module(name, parts[0], parts[1]);
    if (module.equals(project) && image.equals(ownImage)) {
      throw mistake("%s is this image itself", name);
    }
    Optional<Map<String, String>> built = BuiltMark.of(module, image);
    if (module.equals(project) || session.getProjects().contains(module)) {
      requireOrder(name, module);
      Path folder =
          built
              .map(mark -> Path.of(mark.get(BuiltMark.DIRECTORY)))
              .orElseThrow(
                  () ->
                      mistake(
                          "%s was not built in this run: the module has no image '%s', or passes"
                              + " over it",
                          name, image));
      ImageSummary summary = new Workspace(folder, image).summary().orElseThrow();
      Optional<String> doubt = heeded(summary.baseDoubt());
      if (doubt.isPresent() && use.doubted() == Doubted.REFUSED) {
        throw mistake(
            "%s was not built to be published: %s; build all that it is based on too (-am), or"
                + " accept that: -Dmultiarch.allow=base",
            name, doubt.get());
      }
      return fromTarget(name, "of this run", folder, summary, platforms, doubt)
          .orElseThrow(() -> lacking(name, platforms, summary));
    }
    Workspace workspace = ModuleParameters.of(session, module, image).workspace(image);
    Path folder = workspace.root();
    Optional<ImageSummary> summary = workspace.summary();
    Optional<String> doubt = summary.isEmpty() ? Optional.empty() : summary.get().baseDoubt();
    if (summary.isPresent() && !isOfTheseSources(workspace, module)) {
      doubt = Optional.of("%s as it lies in %s is of other sources".formatted(name, folder));
    }
    doubt = heeded(doubt);
    if (doubt.isPresent() && use.doubted() == Doubted.REFUSED) {
      String why = "what lies in its target folder is not to be published on: " + doubt.get();
      return fromRegistry(name, module, image, platforms, why);
    }
    Optional<Base> lying =
        summary.isEmpty()
            ? Optional.empty()
            : fromTarget(
                name, "of an earlier run, in " + folder, folder, summary.get(), platforms, doubt);
    if (lying.isPresent()) {
      return lying.get();
    }
    String why = "its target folder lacks " + PlatformSelection.join(platforms);
    return fromRegistry(name, module, image, platforms, why);
  }

  private Optional<String> heeded(Optional<String> doubt) {
    return use.doubted() == Doubted.ACCEPTED ? Optional.empty() : doubt;
  }

  /** As far as anybody knows. */
  private boolean isOfTheseSources(Workspace workspace, MavenProject module) throws IOException {
    Optional<String> now = revision.get();
    if (now.isEmpty()) {
      return true;
    }
    for (DigestRecord record : workspace.readRecords()) {
      if (!record.revision().equals(now)
          || !record.project().version().equals(module.getVersion())) {
        return false;
      }
    }
    return true;
  }

  private MavenProject module(String name, String groupId, String artifactId) {
    return session.getAllProjects().stream()
        .filter(p -> p.getGroupId().equals(groupId) && p.getArtifactId().equals(artifactId))
        .findFirst()
        .orElseThrow(
            () ->
                mistake(
                    "%s is not a module of this build, which has %s; run Maven in the folder above"
                        + " all of them (with -pl for some), or name the image by its reference",
                    name,
                    session.getAllProjects().stream()
                        .map(p -> p.getGroupId() + ":" + p.getArtifactId())
                        .collect(Collectors.joining(", "))));
  }

  /**
   * Coordinates in a plugin's configuration order nothing; without an order the base may be old.
   */
  private void requireOrder(String name, MavenProject module) {
    ProjectDependencyGraph graph = session.getProjectDependencyGraph();
    if (module.equals(project) || graph.getUpstreamProjects(project, true).contains(module)) {
      return;
    }
    if (graph.getDownstreamProjects(project, true).contains(module)) {
      throw mistake(
          "%s is itself built after this module; images cannot be based on each other in a circle",
          name);
    }
    throw mistake(
        "%s need not be built before this module; add to its dependencies: <dependency>"
            + "<groupId>%s</groupId><artifactId>%s</artifactId><version>${project.version}</version>"
            + "<type>pom</type><scope>provided</scope></dependency>",
        name, module.getGroupId(), module.getArtifactId());
  }

  private static Optional<Base> fromTarget(
      String name,
      String place,
      Path folder,
      ImageSummary summary,
      List<Platform> platforms,
      Optional<String> doubt) {
    Repository layout = new Repository.Layout(folder.resolve("oci"));
    Map<Platform, Base.Part> parts = new LinkedHashMap<>();
    summary.platforms().stream()
        .filter(one -> platforms.contains(one.platform()))
        .forEach(one -> parts.put(one.platform(), new Base.Part(layout, one.manifest().digest())));
    return parts.size() == platforms.size()
        ? Optional.of(new Base.Sibling(name, place, parts, published(summary), doubt))
        : Optional.empty();
  }

  private static Repository published(ImageSummary summary) {
    if (summary.repository().startsWith("oci:")) {
      return new Repository.Layout(Path.of(summary.repository().substring("oci:".length())));
    }
    Reference reference = Reference.parse(summary.repository());
    return new Repository.Remote(reference.registry(), reference.repository());
  }

  /**
   * @param why nothing of an earlier run is taken from the module's folder
   */
  private Base fromRegistry(
      String name, MavenProject module, String image, List<Platform> platforms, String why)
      throws IOException {
    Destination destination = ModuleParameters.of(session, module, image).destination();
    Repository repository = destination.repository();
    if (repository instanceof Repository.Remote && session.isOffline()) {
      throw mistake(
          "%s is not part of this run, Maven is offline, and %s; build it too (-am)", name, why);
    }
    Store store = stores.open(repository);
    String release = destination.tags().get(0);
    Optional<HandOver> handOver = revision.get().map(known -> new HandOver(release, known));
    if (handOver.isPresent()) {
      Map<Platform, Base.Part> parts = new LinkedHashMap<>();
      for (Platform platform : platforms) {
        store
            .resolve(handOver.get().tag(platform))
            .ifPresent(d -> parts.put(platform, new Base.Part(repository, d.digest())));
      }
      if (parts.size() == platforms.size()) {
        String place = repository + ", hand-over tags of revision " + handOver.get().revision();
        return new Base.Sibling(name, place, parts, repository, Optional.empty());
      }
    }
    if (use.doubted() == Doubted.REFUSED && use.part()) {
      throw mistake(
          "%s is not part of this run, which builds a part of the platforms; %s; and %s has no"
              + " hand-over tags%s. What the tag %s names may be another image when the next job"
              + " asks; build it too (-am), or accept that: -Dmultiarch.allow=base",
          name, why, repository, ofRevision(), release);
    }
    Optional<Document> index = store.document(release).filter(Document::isIndex);
    if (index.isPresent()) {
      Map<Platform, Base.Part> parts = new LinkedHashMap<>();
      for (Platform platform : platforms) {
        Optional<Digest> child = Index.of(index.get()).bestFor(platform).map(Descriptor::digest);
        child.ifPresent(digest -> parts.put(platform, new Base.Part(repository, digest)));
      }
      if (parts.size() == platforms.size()) {
        String place = repository + ":" + release;
        Optional<String> doubt =
            use.part()
                ? Optional.of(
                    "%s as %s names it may be another image by now".formatted(name, place))
                : Optional.empty();
        return new Base.Sibling(name, place, parts, repository, heeded(doubt));
      }
    }
    throw mistake(
        "%s is not part of this run, %s has it neither under hand-over tags%s nor under the tag %s,"
            + " and %s; build it too (-am)",
        name, repository, ofRevision(), release, why);
  }

  private String ofRevision() {
    return revision
        .get()
        .map(known -> " of revision " + known)
        .orElse(" (the revision is unknown)");
  }

  private static IllegalArgumentException lacking(
      String name, List<Platform> platforms, ImageSummary summary) {
    List<Platform> there = summary.platforms().stream().map(ImageSummary.Built::platform).toList();
    return mistake(
        "%s has no %s; this run built %s",
        name,
        PlatformSelection.join(platforms.stream().filter(p -> !there.contains(p)).toList()),
        PlatformSelection.join(there));
  }

  private static IllegalArgumentException mistake(String text, Object... values) {
    return new IllegalArgumentException(text.formatted(values));
  }
}
