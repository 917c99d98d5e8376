package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reactor of images that are based on each other, three deep, built by one job per platform on
 * machines that share nothing but the sources and the registry, and what becomes of the tags.
 */
class SeparateJobsIT {

  private static final List<String> IMAGES = List.of("company/base", "middle", "service", "tool");
  private static final String MACHINE_WITHOUT_GIT = "rm -rf .git && ";

  @TempDir Path folder;
  private Path sources;
  private String registry;

  @BeforeEach
  void commit(TestInfo test) throws Exception {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase();
    registry = Environment.get().registry() + "/" + name + test.getDisplayName().hashCode() % 1000;
    registry = registry.replace("-", "");
    sources = Mavens.copy("src/test/projects/siblings", folder.resolve("sources"));
    Files.writeString(sources.resolve(".gitignore"), "/cache\n");
    CiMachine.commitAll(sources);
  }

  @ParameterizedTest
  @ValueSource(strings = {"it.maven.oldest", "it.maven.next"})
  void twoJobsAtOnceAndAThirdMakeTheSameImagesAsOne(String maven) throws Exception {
    CiMachine amd = CiMachine.start(folder.resolve("amd"), sources, maven);
    CiMachine arm = CiMachine.start(folder.resolve("arm"), sources, maven);
    CompletableFuture<Command.Result> first =
        CompletableFuture.supplyAsync(
            () -> unchecked(amd, "deploy -T 2 -Dmultiarch.only=linux/amd64"));
    assertThat(run(arm, "deploy -Dmultiarch.only=linux/arm64").succeeds().output())
        .contains("Nothing to push: this run builds no platform of this image.");
    String output = first.get().succeeds().output();
    assertThat(output)
        .contains("on reactor:it.siblings:middle (of this run)")
        .contains("no tag was moved: linux/arm64 is not built here")
        .contains("no tag was moved: other images have platforms that are not built here")
        .containsOnlyOnce("When every platform is pushed, tag them:");
    assertThat(tags()).containsOnly("none");

    // One job has to run again, as happens.
    assertThat(run(amd, "deploy -Dmultiarch.only=linux/amd64").succeeds().output())
        .contains("unchanged: sha256:");

    CiMachine last = CiMachine.start(folder.resolve("last"), sources, maven);
    assertThat(run(last, "multiarch:assemble").succeeds().output())
        .contains("from the hand-over tags of revision " + CiMachine.commit(sources))
        .containsPattern("module +platforms +digest +tags")
        .containsPattern("middle +linux/amd64, linux/arm64 +sha256:[0-9a-f]{64} +.*/middle:1.0");
    List<String> assembled = tags();
    assertThat(assembled).doesNotContain("none");

    CiMachine alone = CiMachine.start(folder.resolve("alone"), sources, maven);
    assertThat(run(alone, "deploy").succeeds().output()).contains("(unchanged)");
    assertThat(tags()).isEqualTo(assembled);
  }

  @Test
  void whatAJobDidNotPushIsMissedAndNoTagMoves() throws Exception {
    CiMachine amd = CiMachine.start(folder.resolve("amd"), sources);
    String jars = " -Dmaven.deploy.skip=false -DaltDeploymentRepository=jars::file:target/jars";
    run(amd, "deploy -Dmultiarch.only=linux/amd64" + jars)
        .succeeds()
        .says("maven-deploy-plugin deploys the module's jar all the same");
    // The other job is late: it builds an older commit, and only some of the modules.
    CiMachine arm = CiMachine.start(folder.resolve("arm"), sources);
    Files.writeString(sources.resolve("service/service.txt"), "newer\n");
    CiMachine.commitAll(sources);
    run(arm, "deploy -pl service -am -Dmultiarch.only=linux/arm64").succeeds();
    CiMachine newer = CiMachine.start(folder.resolve("newer"), sources);
    run(newer, "deploy -Dmultiarch.only=linux/amd64").succeeds();

    CiMachine last = CiMachine.start(folder.resolve("last"), sources);
    String newest = CiMachine.commit(sources);
    assertThat(run(last, "deploy -fae -Dmultiarch.only=none").fails().output())
        .contains("does not hold exactly linux/amd64, linux/arm64 of revision " + newest)
        .contains("linux/arm64: there is no tag 1.0-linux-arm64-" + newest)
        .contains("found linux/amd64");
    assertThat(tags()).containsOnly("none");
  }

  @Test
  void theLastModuleFailsAndNoTagMoves() throws Exception {
    CiMachine machine = CiMachine.start(folder.resolve("machine"), sources);
    run(machine, "deploy").succeeds();
    List<String> before = tags();
    Path library = machine.checkout().resolve("library/src/main/java/it/Library.java");
    Files.writeString(library, "package it; class Library { broken }");
    Files.writeString(machine.checkout().resolve("base/base.txt"), "another base\n");
    for (String option : List.of("", " -fae", " -T 2")) {
      assertThat(run(machine, "deploy" + option).fails().output())
          .contains("No tag was moved, because a module failed. It would have been:")
          .contains("Run the whole build again: with -rf,")
          .containsPattern("/service:1.0 → sha256:");
      assertThat(tags()).isEqualTo(before);
    }
    assertThat(run(machine, "deploy -fn").succeeds().output())
        .contains("No tag was moved, because a module failed.");
    assertThat(tags()).isEqualTo(before);

    Files.writeString(library, "package it; class Library {}");
    run(machine, "deploy").succeeds();
    // The tool is on no base, so it is as it was.
    assertThat(tags().subList(0, 3)).doesNotContainAnyElementsOf(before);
  }

  @Test
  void aBaseComesFromTheTargetFolderOrTheRegistryAndTheReportSaysWhich() throws Exception {
    CiMachine first = CiMachine.start(folder.resolve("first"), sources);
    run(first, "deploy -Dmultiarch.only=linux/amd64").succeeds();
    assertThat(run(first, "deploy -rf :service -Dmultiarch.only=linux/amd64").succeeds().output())
        .contains("on reactor:it.siblings:middle (of an earlier run, in ");

    // Maven itself finds the sibling's POM where it was installed.
    CiMachine second = CiMachine.start(folder.resolve("second"), sources);
    run(second, "install -Dmultiarch.skip").succeeds();
    String only = "deploy -pl service -Dmultiarch.only=linux/amd64";
    assertThat(run(second, only).succeeds().output())
        .contains("/middle, hand-over tags of revision " + CiMachine.commit(sources))
        .contains("unchanged: ");
    run(second, "deploy -pl service -Dmultiarch.only=linux/arm64")
        .fails()
        .says("has no hand-over tags of revision")
        .says("build it too (-am)");

    run(first, "deploy").succeeds();
    // Another job might find another image there, and what lies here is of other sources.
    Files.writeString(first.checkout().resolve("service/service.txt"), "changed\n");
    run(first, "deploy -rf :service -Dmultiarch.only=linux/amd64")
        .fails()
        .says("has no hand-over tags of revision");
    // For oneself it may be built on that, and is not published later.
    String part = " -pl service -Dmultiarch.only=linux/amd64";
    assertThat(run(first, "package" + part).succeeds().output())
        .contains("on reactor:it.siblings:middle (of an earlier run, in ");
    run(first, "multiarch:push" + part).fails().says("is of other sources");
    // What is built on that image is not either.
    run(first, "package -rf :middle -Dmultiarch.only=linux/amd64").succeeds();
    run(first, "multiarch:push" + part).fails().says("reactor:it.siblings:base as it lies in");
    run(first, "multiarch:push -Dmultiarch.allow=base" + part).succeeds();
    // Whoever accepts it when it is built need not do so again.
    Files.writeString(first.checkout().resolve("service/service.txt"), "accepted\n");
    run(first, "package -Dmultiarch.allow=base" + part).succeeds();
    run(first, "multiarch:push" + part).succeeds();
    onlyBuilt(first.checkout().resolve("middle/pom.xml"));
    run(first, "deploy -rf :middle -Dmultiarch.only=linux/amd64")
        .fails()
        .says("reactor:it.siblings:middle was not built to be published")
        .says("as it lies in");
    Files.writeString(second.checkout().resolve("service/service.txt"), "changed\n");
    run(second, only).fails().says("accept that: -Dmultiarch.allow=base");
    assertThat(run(second, "package" + part).succeeds().output()).contains("/middle:1.0)");
    run(second, "multiarch:push" + part).fails().says("may be another image by now");
    assertThat(run(second, only + " -Dmultiarch.allow=base").succeeds().output())
        .contains("/middle:1.0)");
    assertThat(run(second, "deploy -pl service").succeeds().output()).contains("/middle:1.0)");
  }

  /** A module whose image is there for other modules. */
  private static void onlyBuilt(Path pom) throws IOException {
    Files.writeString(
        pom,
        Files.readString(pom)
            .replace(
                "<configuration>",
                "<executions><execution><id>default</id><phase>none</phase></execution>"
                    + "<execution><id>here</id><goals><goal>build</goal></goals></execution>"
                    + "</executions><configuration>"));
  }

  @Test
  void withoutARevisionRecordsAreCarriedByHandWhenToldSo() throws Exception {
    CiMachine amd = CiMachine.start(folder.resolve("amd"), sources);
    CiMachine arm = CiMachine.start(folder.resolve("arm"), sources);
    run(amd, MACHINE_WITHOUT_GIT, "deploy -Dmultiarch.only=linux/amd64")
        .fails()
        .says("revision: nobody knows which sources these are");
    assertThat(amd.checkout().resolve("base/target/multiarch")).doesNotExist();
    String allow = " -Dmultiarch.allow=revision";
    run(amd, "deploy -Dmultiarch.only=linux/amd64" + allow).succeeds();
    run(arm, MACHINE_WITHOUT_GIT, "deploy -Dmultiarch.only=linux/arm64" + allow).succeeds();

    CiMachine last = CiMachine.start(folder.resolve("last"), sources);
    Path carried = Files.createDirectories(last.checkout().resolve("cache/carried"));
    for (CiMachine machine : List.of(amd, arm)) {
      Path to = Files.createDirectories(carried.resolve(machine == amd ? "a" : "b"));
      String copy =
          "for m in base middle service tool; do f=$(echo $m/target/multiarch/records/*.json);"
              + " if [ -e $f ]; then cp $f %s/$m.json; fi; done";
      machine.run(copy.formatted(to), Map.of()).succeeds();
    }
    String assemble = "multiarch:assemble -Dmultiarch.records=" + carried;
    run(last, MACHINE_WITHOUT_GIT, assemble).fails().says("revision: nobody knows");
    run(last, assemble + allow).succeeds();
    assertThat(tags()).doesNotContain("none");
    Files.delete(carried.resolve("a/service.json"));
    run(last, assemble + allow).fails().says("no record for linux/amd64");
  }

  @Test
  void basesThatCannotBeAreSaidBeforeAnyWork() throws Exception {
    CiMachine machine = CiMachine.start(folder.resolve("machine"), sources);
    Path pom = machine.checkout().resolve("service/pom.xml");
    String good = Files.readString(pom);
    String goal = "package -Dmultiarch.only=linux/amd64";
    Files.writeString(pom, good.replace("reactor:it.siblings:middle", "reactor:it.siblings:none"));
    run(machine, goal).fails().says("from: reactor:it.siblings:none is not a module of this build");
    Files.writeString(pom, good.replace("reactor:it.siblings:middle", "reactor:it.siblings:root"));
    run(machine, goal).fails().says("the module has no image 'image'");
    Files.writeString(
        pom, good.replace("reactor:it.siblings:middle", "reactor:it.siblings:library"));
    run(machine, goal).fails().says("images cannot be based on each other in a circle");
    Files.writeString(
        pom, good.replace("reactor:it.siblings:middle", "reactor:it.siblings:service"));
    run(machine, goal).fails().says("is this image itself");
    Files.writeString(pom, good.replaceAll("(?s)<dependencies>.*</dependencies>", ""));
    run(machine, goal).fails().says("<artifactId>middle</artifactId>").says("<type>pom</type>");
    Files.writeString(
        pom, good.replace("<files>", "<platforms>linux/amd64,linux/riscv64</platforms><files>"));
    run(machine, "package").fails().says("reactor:it.siblings:middle has no linux/riscv64");
  }

  private Command.Result run(CiMachine machine, String arguments) throws Exception {
    return run(machine, "", arguments);
  }

  private Command.Result run(CiMachine machine, String before, String arguments) throws Exception {
    String command = "%smvn -B -ntp -Dmultiarch.version=%s -Dmultiarch.registry=%s %s";
    return machine.run(
        command.formatted(
            before,
            System.getProperty("it.version"),
            registry,
            arguments.replace(
                "multiarch:",
                "dev.multiarch:multiarch-maven-plugin:" + System.getProperty("it.version") + ":")),
        Map.of());
  }

  private Command.Result unchecked(CiMachine machine, String arguments) {
    try {
      return run(machine, arguments);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the release tags name now. */
  private List<String> tags() throws Exception {
    List<String> digests = new ArrayList<>();
    for (String image : IMAGES) {
      Command.Result result =
          Command.of("skopeo", "inspect", "--raw", "--tls-verify=false")
              .add("docker://" + registry + "/" + image + ":1.0")
              .run();
      digests.add(
          result.status() == 0
              ? Integer.toHexString(result.output().hashCode()) + " " + result.output().length()
              : "none");
    }
    return digests;
  }
}
