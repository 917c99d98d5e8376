package dev.multiarch.maven;

import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Reference;
import dev.multiarch.store.Repository;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * Where an image goes and what it is called there.
 *
 * @param repository the store that gets it
 * @param name the repository in a form that means the same on every machine
 * @param tags what it is called
 * @param registryGiven whether the user said where to; without it the image is Docker Hub's by name
 */
record Destination(Repository repository, String name, List<String> tags, boolean registryGiven) {

  /** Before a folder that images go to instead of a registry. */
  static final String LAYOUT = "oci:";

  private static final String PROPERTY = "multiarch.registry";
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  /**
   * Where a module's image goes. Maven has an element of the POM stand before the command line: an
   * image that would go elsewhere than the command line says is a mistake.
   *
   * @param registry as Maven gives it, from the command line or not
   * @return empty if that cannot be told, which then is among the mistakes
   */
  static Optional<Destination> of(
      MavenSession session,
      MavenProject module,
      @Nullable String registry,
      String image,
      @Nullable List<String> tags,
      Mistakes mistakes) {
    String given = given(session);
    if (given != null && !isFrom(given, registry) && !Reference.namesRegistry(image)) {
      mistakes.add(
          "registry",
          "the POM's element <registry>%s</registry> stands before -D%s=%s, as Maven has it; make it a property of the POM: <%s>"
              .formatted(registry, PROPERTY, given, PROPERTY));
    }
    Path start = start(session, module, registry);
    return of(registry, image, tags, module.getVersion(), start, mistakes);
  }

  private static @Nullable String given(MavenSession session) {
    return session.getUserProperties().getProperty(PROPERTY);
  }

  /** Where a relative folder starts from that is the registry: in a POM at its module. */
  static Path start(MavenSession session, MavenProject module, @Nullable String registry) {
    return isFrom(given(session), registry) || module.getBasedir() == null
        ? Path.of(System.getProperty("user.dir"))
        : module.getBasedir().toPath();
  }

  /**
   * Puts together {@code registry} and {@code image}: the registry stands before every image that
   * names no registry itself.
   *
   * @param directory where a relative {@code oci:} folder starts from
   * @return empty if there were mistakes
   */
  static Optional<Destination> of(
      @Nullable String registry,
      String image,
      @Nullable List<String> tags,
      String version,
      Path directory,
      Mistakes mistakes) {
    if (image.startsWith(LAYOUT)) {
      mistakes.add(
          "image", "a folder is not named here but by the registry, as in oci:DIR: " + image);
      return Optional.empty();
    }
    Optional<Reference> path = mistakes.parse("image", image, Reference::parse);
    if (path.isEmpty()) {
      if (image.isBlank()) {
        mistakes.add("image", "it is empty; leave it out for the module's own name");
      }
      return Optional.empty();
    }
    if (path.get().digest().isPresent()) {
      mistakes.add("image", "a destination cannot have a digest: " + image);
    }
    List<String> names = tags(path.get(), tags, version, mistakes);
    boolean prefixed = registry != null && !registry.isBlank() && !Reference.namesRegistry(image);
    if (!prefixed) {
      Reference own = path.get();
      Repository remote = new Repository.Remote(own.registry(), own.repository());
      return Optional.of(
          new Destination(remote, own.name(), names, Reference.namesRegistry(image)));
    }
    Optional<String> tag = path.get().tag();
    String withoutTag = tag.isPresent() ? image.replace(":" + tag.get(), "") : image;
    if (registry.strip().equals(LAYOUT)) {
      mistakes.add("registry", "it names no folder; as in oci:target/registry");
      return Optional.empty();
    }
    if (registry.startsWith(LAYOUT)) {
      Path folder = directory.resolve(registry.substring(LAYOUT.length())).normalize();
      return Optional.of(
          new Destination(
              new Repository.Layout(folder.resolve(withoutTag)), LAYOUT + withoutTag, names, true));
    }
    if (registry.contains("://")) {
      mistakes.add(
          "registry", "leave out " + registry.replaceAll("://.*", "://") + ": " + registry);
      return Optional.empty();
    }
    String full = registry.strip().replaceAll("/+$", "") + "/" + withoutTag;
    return mistakes
        .parse("registry", full, Reference::parse)
        .map(
            reference ->
                new Destination(
                    new Repository.Remote(reference.registry(), reference.repository()),
                    reference.name(),
                    names,
                    true));
  }

  /** Whether a registry is the one that the command line gives, and not the POM's own element. */
  static boolean isFrom(@Nullable String given, @Nullable String registry) {
    // Maven replaces expressions within, and an element may name the property with more behind it.
    return given != null
        && (given.isBlank()
            || registry != null && registry.startsWith(given)
            || given.contains("${"));
  }

  private static List<String> tags(
      Reference image, @Nullable List<String> tags, String version, Mistakes mistakes) {
    boolean given = tags != null && !tags.isEmpty();
    if (image.tag().isPresent()) {
      if (given) {
        mistakes.add("image", "it has a tag, and tags are given too; say it in one place");
      }
      return List.of(image.tag().get());
    }
    // A version may hold a plus (semver's build part), a tag may not; Helm writes it so as well.
    List<String> names = given ? tags : List.of(version.replace('+', '_'));
    return List.copyOf(
        new LinkedHashSet<>(mistakes.parseAll("tags", names, Destination::parseTag)));
  }

  private static String parseTag(String text) {
    if (!TAG.matcher(text.strip()).matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a tag (letters, digits, dot, dash and underscore, no dot or dash first,"
              + " 128 at most)");
    }
    return text.strip();
  }

  /** The image by its first tag, as one pulls it. */
  String reference() {
    return repository + (tags.isEmpty() ? "" : ":" + tags.get(0));
  }

  /** The registry, as {@code host[:port]}; empty for a folder. */
  String registryName() {
    return repository instanceof Repository.Remote remote ? remote.registry() : "";
  }
}
