package dev.multiarch.maven;

import dev.multiarch.image.Application;
import dev.multiarch.image.Base;
import dev.multiarch.image.ContainerSettings;
import dev.multiarch.image.FileSet;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.image.JavaRelease;
import dev.multiarch.image.Memo;
import dev.multiarch.image.Mistakes;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/** Turns parameters into the spec of an image. */
final class SpecReader {

  private static final String WAR =
      "a war becomes part of an image as a file: from target/NAME.war to the folder of a server's"
          + " applications, on a base with that server";
  private static final String NOTHING =
      "there is nothing to put into the image, neither classes nor files; if this module has none,"
          + " set multiarch.skip";

  private final MavenProject project;
  private final PropertyReader properties;
  private final ApplicationReader applications;
  private final Optional<Siblings> siblings;
  private final Memo memo;
  private final SeenFiles seen;
  private final Mistakes mistakes;

  /**
   * @param siblings finds the images of other modules; empty if that cannot be done
   * @param memo what an earlier build has found out of the module's program
   * @param seen looks at the program
   */
  SpecReader(
      MavenSession session,
      MavenProject project,
      Optional<Siblings> siblings,
      Memo memo,
      SeenFiles seen,
      Mistakes mistakes) {
    this.siblings = siblings;
    this.project = project;
    this.properties = new PropertyReader(session, project);
    this.applications = new ApplicationReader(session, project, properties);
    this.memo = memo;
    this.seen = seen;
    this.mistakes = mistakes;
  }

  /**
   * Reads everything and notes every mistake.
   *
   * @return the spec; not to be used if there were mistakes
   */
  ImageSpec read(
      PlatformSelection platforms,
      @Nullable String from,
      @Nullable ContainerParameters container,
      @Nullable List<FileParameters> files,
      String format,
      @Nullable String created)
      throws IOException {
    ContainerParameters settings = container == null ? new ContainerParameters() : container;
    boolean war = project.getPackaging().equals("war");
    Optional<Application> application = war ? Optional.empty() : applications.read(settings);
    if (application.isEmpty() && files == null && (war || container == null)) {
      mistakes.add("files", war ? WAR : NOTHING);
    }
    return new ImageSpec(
        base(from, application, platforms.selected()),
        platforms.all(),
        platforms.selected(),
        application,
        files(files, platforms.all()),
        container(settings, application),
        mistakes.parse("format", format, SpecReader::format).orElse(Format.OCI),
        mistakes
            .parse("project.build.outputTimestamp", created, Timestamps::parse)
            .orElse(Instant.EPOCH));
  }

  private Base base(
      @Nullable String from, Optional<Application> application, List<Platform> platforms)
      throws IOException {
    String text = from;
    if (text == null || text.isBlank()) {
      text =
          application.isPresent()
              ? ApplicationReader.defaultBase(
                  JavaRelease.of(application.get().classes(), memo, seen))
              : Base.SCRATCH;
    }
    if (text.startsWith(Siblings.PREFIX)) {
      return siblings.isEmpty() || platforms.isEmpty()
          ? new Base.Scratch()
          : sibling(siblings.get(), text.strip(), platforms);
    }
    Path directory = project.getBasedir() == null ? Path.of("") : project.getBasedir().toPath();
    return mistakes
        .parse("from", text, value -> Base.parse(value, directory))
        .orElse(new Base.Scratch());
  }

  private Base sibling(Siblings all, String name, List<Platform> platforms) throws IOException {
    try {
      return all.find(name, platforms);
    } catch (IllegalArgumentException e) {
      mistakes.add("from", e.getMessage());
      return new Base.Scratch();
    }
  }

  private static Format format(String text) {
    try {
      return Format.valueOf(text.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is not a format (OCI or Docker)", e);
    }
  }

  private List<FileSet> files(@Nullable List<FileParameters> files, List<Platform> platforms) {
    List<FileSet> sets = new ArrayList<>();
    for (FileParameters file : files == null ? List.<FileParameters>of() : files) {
      if (file.from == null || file.to == null) {
        String there = file.from == null ? " to " + file.to : " from " + file.from;
        mistakes.add(
            "files",
            file.from == null && file.to == null
                ? "a file has neither from nor to"
                : "the file" + there + " has no " + (file.from == null ? "from" : "to"));
        continue;
      }
      List<Platform> only =
          mistakes.parseAll("files", PropertyReader.split(file.platforms), Platform::parse);
      only.stream()
          .filter(p -> !platforms.contains(p))
          .forEach(
              p ->
                  mistakes.add(
                      "files",
                      "%s is for %s, which the image does not have".formatted(file.to, p)));
      sets.add(
          new FileSet(
              file.from.toPath(),
              file.to.strip(),
              mistakes.parse("files", file.mode, FileSet::parseMode),
              mistakes.parse("files", file.owner, Owner::parse).orElse(Owner.ROOT),
              orEmpty(file.includes),
              orEmpty(file.excludes),
              Set.copyOf(only)));
    }
    return sets;
  }

  private ContainerSettings container(ContainerParameters c, Optional<Application> application) {
    Optional<List<String>> entrypoint = list(c.entrypoint, "entrypoint");
    if (entrypoint.isPresent()
        && application.isPresent()
        && !application.get().jvmFlags().isEmpty()) {
      mistakes.add(
          "container.jvmFlags", "they have no effect beside an entrypoint; put them into it");
    }
    List<String> ports = new ArrayList<>();
    for (List<String> range :
        mistakes.parseAll(
            "container.ports",
            properties.list(c.ports, "multiarch.container.ports"),
            ContainerSettings::parsePorts)) {
      ports.addAll(range);
    }
    return new ContainerSettings(
        entrypoint,
        list(c.args, "args"),
        environment(c.environment),
        ports,
        mistakes.parse("container.user", text(c.user, "user"), ContainerSettings::parseUser),
        mistakes.parse(
            "container.workingDirectory",
            text(c.workingDirectory, "workingDirectory"),
            ContainerSettings::parseDirectory),
        mistakes.parseAll(
            "container.volumes",
            properties.list(c.volumes, "multiarch.container.volumes"),
            ContainerSettings::parseDirectory),
        orEmpty(c.labels),
        mistakes.parse(
            "container.stopSignal",
            text(c.stopSignal, "stopSignal"),
            ContainerSettings::parseSignal));
  }

  private Map<String, String> environment(@Nullable Map<String, String> variables) {
    Map<String, String> checked = new LinkedHashMap<>();
    for (var variable : orEmpty(variables).entrySet()) {
      Optional<String> name =
          mistakes.parse(
              "container.environment", variable.getKey(), ContainerSettings::parseVariable);
      if (name.isPresent()) {
        checked.put(name.get(), variable.getValue());
      }
    }
    return checked;
  }

  private @Nullable String text(@Nullable String element, String name) {
    return properties.text(element, "multiarch.container." + name);
  }

  private Optional<List<String>> list(@Nullable List<String> element, String name) {
    return Optional.ofNullable(properties.list(element, "multiarch.container." + name));
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    Map<String, String> sorted = new TreeMap<>();
    if (map != null) {
      map.forEach((name, value) -> sorted.put(name, value == null ? "" : value));
    }
    return sorted;
  }
}
