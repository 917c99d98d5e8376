package dev.multiarch.maven;

import dev.multiarch.assembly.Coordinates;
import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.HandOver;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.PlatformTags;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.ConfigurationException;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.DamagedContentException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/** What every goal that works on a module's image asks for, and how its failures are told. */
abstract class ImageMojo extends AbstractMojo {

  static final String UNKNOWN_REVISION =
      "nobody knows which sources these are (no git, no CI system), so platforms of"
          + " several jobs cannot be told from those of other sources\nSay it:"
          + " -Dmultiarch.revision=TEXT, the same in every job; or do without, and carry the records"
          + " from job to job: -Dmultiarch.allow=revision";

  private static final String POM = "pom";

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  MavenSession session;

  /**
   * Where images go: a registry's host with an optional path, or {@code oci:DIR} for a folder of
   * image layouts, which needs no server. It stands before every image that names no registry
   * itself. A relative {@code DIR} starts at the module in a POM, and at the current folder on the
   * command line.
   *
   * <p>Example: {@code registry.example.com/acme}
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.registry")
  @Nullable String registry;

  /**
   * The image's name. Together with {@link #registry} it makes the repository: {@code orders}
   * becomes {@code registry.example.com/acme/orders}. One that begins with a host ({@code
   * ghcr.io/acme/orders}) stands for itself.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.image", defaultValue = "${project.artifactId}", required = true)
  String image;

  /**
   * What the image is called in its repository. The default is the project's version, in which a
   * plus becomes an underscore.
   *
   * <p>Example: {@code -Dmultiarch.tags=1.4.2,latest}
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.tags")
  @Nullable List<String> tags;

  /**
   * Tells the images of a module apart where it has several, each in an execution of its own.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.imageId", defaultValue = Workspace.DEFAULT_ID)
  String imageId;

  /**
   * The platforms that the image has, as {@code os/architecture[/variant][:os.version]}. Names that
   * mean the same are taken as one: {@code arm64/v8} is {@code arm64}, {@code x86_64} is {@code
   * amd64}, {@code arm} is {@code arm/v7}. The default is {@code linux/amd64,linux/arm64}.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.platforms")
  @Nullable List<String> platforms;

  /**
   * The platforms of the image that this run builds: some of {@link #platforms}, {@code host} for
   * the one of this machine, or {@code none}. A run that builds fewer than all of any image of the
   * reactor hands its platforms over to the run that assembles, and leaves every tag alone. An
   * image that has none of these platforms is passed over, if another one of the reactor has them.
   *
   * <p>Example: {@code -Dmultiarch.only=linux/arm64}
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.only")
  @Nullable List<String> only;

  /**
   * Which sources the image is of. The default is what the CI system says, else git's commit.
   * Platforms of different revisions never meet in one index.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.revision")
  @Nullable String revision;

  /**
   * Checks to give up, by name: {@code version}, {@code revision} (also: a revision that nobody
   * knows), {@code base}, {@code platforms} (the platforms that the jobs expected) or {@code
   * replace} (a tag is taken from a single-platform image, or from an index with more platforms).
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.allow")
  @Nullable List<String> allow;

  /**
   * How the platforms are tagged besides the index, for people who want one of them by name. A
   * template of {@code {tag}}, {@code {platform}} (with dashes), {@code {os}}, {@code {arch}} and
   * {@code {variant}} (with a dash before it, or nothing). Unless it is set, they have no tags.
   *
   * <p>Example: <code>&#123;tag&#125;-&#123;platform&#125;</code> gives {@code 1.0-linux-arm64}
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.platformTag")
  @Nullable String platformTag;

  /**
   * The folder of the layout, the digest records and {@code image.json}.
   *
   * @since 0.1.0
   */
  @Parameter(
      property = "multiarch.outputDirectory",
      defaultValue = "${project.build.directory}/multiarch")
  File outputDirectory;

  /**
   * Passes over this module.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.skip", defaultValue = "false")
  boolean skip;

  /**
   * Where other files go into the image; see {@link FileParameters}.
   *
   * @since 0.1.0
   */
  @Parameter @Nullable List<FileParameters> files;

  /**
   * Registries, as {@code host[:port]}, that may speak plain HTTP or show a certificate that nobody
   * vouches for. Loopback registries may speak plain HTTP without being named.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.insecure")
  @Nullable List<String> insecure;

  /**
   * The id of the server in settings.xml that holds the credentials of the destination's registry.
   * Unless it is set, that is the server whose id is the registry's {@code host:port}, then its
   * host.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.server")
  @Nullable String server;

  /**
   * Certificates of authorities to trust for one registry besides Java's own, each {@code
   * host[:port]=file} with a PEM file.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.caBundles")
  @Nullable List<String> caBundles;

  /**
   * Where to read a registry's images first, each {@code registry=host[/path]}. What a mirror lacks
   * is read from the registry itself.
   *
   * <p>Example: {@code docker.io=mirror.example.com/hub}
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.mirrors")
  @Nullable List<String> mirrors;

  /**
   * How long to wait for a connection to a registry, in seconds.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.connectTimeout", defaultValue = "20")
  int connectTimeout;

  /**
   * How long to wait without a byte moving, in seconds.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.idleTimeout", defaultValue = "120")
  int idleTimeout;

  /**
   * How long one request may take with all its attempts, in seconds.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.totalTimeout", defaultValue = "7200")
  int totalTimeout;

  /**
   * Where layers and bases are kept from build to build. The default is {@code multiarch} in {@code
   * $XDG_CACHE_HOME}, or in {@code ~/.cache}.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.cache")
  @Nullable File cache;

  @Parameter(defaultValue = "${mojoExecution}", readonly = true)
  @Nullable MojoExecution execution;

  private final SettingsDecrypter decrypter;

  ImageMojo(SettingsDecrypter decrypter) {
    this.decrypter = decrypter;
  }

  /** The goal's own property to skip it. */
  abstract boolean isSkipped();

  /** Does the goal's work on a module that has an image. */
  abstract void run() throws IOException, MojoFailureException;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip || isSkipped()) {
      getLog().info("Skipped.");
      return;
    }
    if (!imageId.equals(Workspace.DEFAULT_ID) && !imageId.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw new MojoFailureException(
          "imageId: '" + imageId + "' is not an id (lower-case letters, digits, dashes)");
    }
    boolean named = execution != null && execution.getSource() == MojoExecution.Source.CLI;
    if (project.getPackaging().equals(POM)
        && (files == null || files.isEmpty())
        && !isAboutBuilt(named)) {
      if (named
          && ModuleParameters.all(session, project).stream().anyMatch(ModuleParameters::isBuilt)) {
        getLog()
            .warn(
                "Nothing was done: what an execution configures is used in its phase only; run"
                    + " mvn deploy, with -Dmultiarch.only=none where other jobs have built.");
      } else {
        getLog().debug("A module of packaging pom without files has no image.");
      }
      return;
    }
    if (named && !Images.isMeant(session, project)) {
      getLog().debug("Other modules name this plugin and this one does not: it has no image.");
      return;
    }
    Failures.told(this::run);
  }

  /**
   * Whether a goal without files of its own is about an image that another goal built or published.
   *
   * @param named whether it was called by its name: then perhaps one of an earlier run
   */
  boolean isAboutBuilt(boolean named) {
    return isBuiltNow() || named && workspace().isDescribed();
  }

  Workspace workspace() {
    return new Workspace(outputDirectory.toPath(), imageId);
  }

  Coordinates coordinates() {
    return new Coordinates(project.getGroupId(), project.getArtifactId(), project.getVersion());
  }

  PlatformSelection selection(Mistakes mistakes) {
    boolean chosen = only != null && !only.isEmpty();
    return PlatformSelection.of(
        platforms, only, chosen ? ReactorImages.ofAll(session).platforms() : List.of(), mistakes);
  }

  /** The checks that the user gave up. */
  Set<Check> allowed(Mistakes mistakes) {
    Set<Check> allowed = EnumSet.noneOf(Check.class);
    if (allow != null) {
      allowed.addAll(mistakes.parseAll("allow", allow, Check::parse));
    }
    return allowed;
  }

  /** Which sources this session works on. */
  Optional<String> sourceRevision() {
    return SessionRevision.of(session, project, revision);
  }

  /**
   * How single platforms are tagged. Tags that would be taken from one of the image's own, or that
   * a run of a part of the platforms needs, are mistakes.
   */
  Optional<PlatformTags> platformTags(
      PlatformSelection selection, Destination destination, Mistakes mistakes) {
    Optional<PlatformTags> template =
        platformTag == null
            ? Optional.empty()
            : mistakes.parse("platformTag", platformTag, PlatformTags::parse);
    Optional<HandOver> handOver = handOver(destination);
    Map<String, Platform> taken = new HashMap<>();
    for (Platform platform : selection.all()) {
      for (String tag : destination.tags()) {
        if (template.isPresent()) {
          String own = template.get().tag(tag, platform);
          if (destination.tags().contains(own)) {
            mistakes.add("tags", own + " is what platformTag calls " + platform);
          }
          Platform other = taken.put(own, platform);
          if (other != null) {
            mistakes.add(
                "platformTag",
                "%s would be both %s and %s. %s"
                    .formatted(own, other, platform, PlatformTags.REMEDY));
          }
        }
      }
      if (handOver.isPresent()) {
        String name = handOver.get().tag(platform);
        if (destination.tags().contains(name)) {
          mistakes.add("tags", name + " is the name under which a job hands over " + platform);
        }
      }
    }
    return template;
  }

  /**
   * The names under which jobs hand over platforms; empty if nobody knows the revision, or there is
   * no tag.
   */
  Optional<HandOver> handOver(Destination destination) {
    Optional<String> known = sourceRevision();
    return known.isEmpty() || destination.tags().isEmpty()
        ? Optional.empty()
        : Optional.of(new HandOver(destination.tags().get(0), known.get()));
  }

  /**
   * Where the image goes.
   *
   * @return empty if that cannot be told, which then is among the mistakes
   */
  Optional<Destination> destination(Mistakes mistakes) {
    return Destination.of(session, project, registry, image, tags, mistakes);
  }

  String missingRegistry() {
    return "it is not set, and the image '"
        + image
        + "' names none; say where to: -Dmultiarch.registry=registry.example.com/team, or oci:DIR"
        + " for a folder";
  }

  /** A folder that is given; a relative one on the command line starts where that is. */
  @Nullable Path folder(String parameter, @Nullable File given) {
    if (given == null) {
      return null;
    }
    String text = session.getUserProperties().getProperty("multiarch." + parameter);
    boolean fromCommandLine =
        text != null
            && project.getBasedir() != null
            && given
                .toPath()
                .normalize()
                .equals(project.getBasedir().toPath().resolve(text).normalize());
    return fromCommandLine ? Path.of(text).toAbsolutePath().normalize() : given.toPath();
  }

  /**
   * Deletes what was found to be damaged. The layout's file and the cache's are one by link: both
   * go, and the next build makes it anew.
   */
  void forget(DamagedContentException damaged, SessionStores stores) throws IOException {
    if (damaged.digest().isPresent()) {
      workspace().layout().blobs().forget(damaged.digest().get());
      stores.cache().blobs().forget(damaged.digest().get());
    }
  }

  /** Whether the image was built in this session. */
  boolean isBuiltNow() {
    return BuiltMark.of(project, imageId).isPresent();
  }

  /**
   * What was built, made sure to be for this destination.
   *
   * @throws MojoFailureException if it was built for another one
   */
  Optional<ImageSummary> built(Destination destination) throws IOException, MojoFailureException {
    Optional<ImageSummary> summary = workspace().summary();
    if (summary.isPresent()
        && !summary.get().repository().equals(destination.repository().toString())) {
      throw new MojoFailureException(
          "what lies in %s was built for %s, not for %s\nBuild it again for that destination."
              .formatted(outputDirectory, summary.get().repository(), destination.repository()));
    }
    return summary;
  }

  /**
   * The destination of a goal that writes to it.
   *
   * @throws ConfigurationException if nobody said where, or it cannot be
   */
  Destination writableDestination() {
    Mistakes mistakes = new Mistakes();
    Optional<Destination> destination = destination(mistakes);
    if (destination.isPresent() && !destination.get().registryGiven()) {
      mistakes.add("registry", missingRegistry());
    }
    mistakes.throwIfAny();
    return destination.orElseThrow();
  }

  /**
   * The stores of this session.
   *
   * @param destination where the image goes
   */
  SessionStores stores(Destination destination) {
    Mistakes mistakes = new Mistakes();
    RegistrySettings settings =
        RegistrySettings.of(
            destination.registryName(),
            server,
            insecure,
            caBundles,
            mirrors,
            new int[] {connectTimeout, idleTimeout, totalTimeout},
            mistakes);
    mistakes.throwIfAny();
    return SessionStores.of(session, decrypter, settings, folder("cache", cache), getLog());
  }
}
