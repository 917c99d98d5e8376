package dev.multiarch.bench.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One application in the hands of one contender: a project of its own, and caches of its own. */
final class Workplace {

  private final Application application;
  private final Contender contender;
  private final Path project;
  private final Path caches;
  private final Setting setting;
  private String repository = "";
  private int changes;

  /**
   * What all workplaces have in common.
   *
   * @param maven the command
   * @param settings Maven's settings
   * @param localRepository where Maven finds what it needs, the plugin under test included
   * @param destination where images are pushed
   * @param elsewhere another registry, with the same base
   */
  record Setting(
      String maven,
      Path settings,
      Path localRepository,
      RegistryServer destination,
      RegistryServer elsewhere,
      Base base) {}

  Workplace(
      Path folder,
      Application application,
      Contender contender,
      String version,
      int classes,
      Setting setting)
      throws IOException, InterruptedException {
    this.application = application;
    this.contender = contender;
    this.setting = setting;
    this.project = folder.resolve(application.key() + "-" + contender.name().toLowerCase());
    this.caches = folder.resolve(project.getFileName() + "-caches");
    delete(project);
    application.write(project, contender, version, classes);
    // Plugins ask git which commit this is; a repository of its own keeps them from asking ours.
    shell(
        "git init -q && git add -A && git -c user.name=bench -c user.email=bench@localhost commit"
            + " -qm bench");
  }

  /** Brings about the situation of a case, for the first time. */
  void enter(Case situation) throws IOException, InterruptedException {
    repository = newRepository();
    build(situation.isCold() ? Case.UNCHANGED : situation);
    // What changed within the last moments is looked at with suspicion; people are not that fast.
    Thread.sleep(300);
  }

  /** Builds once in the situation of a case. */
  MavenRun measure(Case situation) throws IOException, InterruptedException {
    if (situation.isCold()) {
      repository = newRepository();
      delete(caches);
      delete(project.resolve("target/multiarch"));
      delete(project.resolve("target/jib-cache"));
    }
    if (situation == Case.ONE_CLASS) {
      application.change(project, String.valueOf(++changes));
    }
    shell("sync");
    MavenRun run = build(situation);
    if (contender != Contender.MAVEN) {
      requirePublished(situation.platforms());
    }
    return run;
  }

  private String newRepository() {
    return "bench/" + UUID.randomUUID();
  }

  private MavenRun build(Case situation) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(setting.maven(), "-B", "-ntp"));
    command.addAll(List.of("-s", setting.settings().toString()));
    command.add("-Dmaven.repo.local=" + setting.localRepository());
    if (situation == Case.CLEAN) {
      command.add("clean");
    }
    command.add("deploy");
    RegistryServer from =
        situation == Case.COLD_OTHER ? setting.elsewhere() : setting.destination();
    String base = setting.base().reference(from);
    String platforms =
        Base.ARCHITECTURES.stream()
            .limit(situation.platforms())
            .map("linux/"::concat)
            .collect(Collectors.joining(","));
    if (contender == Contender.OURS) {
      boolean sparse = situation == Case.COLD_SAME || situation == Case.EIGHT;
      command.addAll(
          List.of(
              "-Dmultiarch.image=" + setting.destination().host() + "/" + repository,
              "-Dmultiarch.from=" + base,
              "-Dmultiarch.platforms=" + platforms,
              "-Dmultiarch.layout=" + (sparse ? "sparse" : "complete"),
              "-Dmultiarch.cache=" + caches));
    }
    if (contender == Contender.JIB) {
      // Its cache of the application lies under target, as its users have it.
      command.addAll(
          List.of(
              "-Djib.to.image=" + setting.destination().host() + "/" + repository + ":1.0",
              "-Djib.from.image=" + base,
              "-Djib.from.platforms=" + platforms,
              "-Djib.allowInsecureRegistries=true",
              "-Djib.disableUpdateChecks=true",
              "-Djib.baseImageCache=" + caches));
    }
    return MavenRun.of(command, project);
  }

  private void requirePublished(int platforms) throws IOException, InterruptedException {
    String index = setting.destination().document(repository, "1.0");
    int found = index.split("\"architecture\"", -1).length - 1;
    if (found != platforms) {
      throw new IOException(
          "%s published %d platforms instead of %d: %s"
              .formatted(contender.title, found, platforms, index));
    }
  }

  private void shell(String line) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", line).directory(project.toFile()).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(line + " failed");
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
