package dev.multiarch.real;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that shares no code with the others of these tests takes what they take. */
class SecondRegistryIT {

  private static final String[] ONE = {"-Dmultiarch.only=linux/amd64", "-Dmultiarch.revision=r1"};

  @TempDir static Path folder;
  private static Process process;
  private static String host;

  @BeforeAll
  static void start() throws Exception {
    Environment.get();
    Path project =
        Mavens.copy("src/test/projects/second-registry", folder.resolve("second-registry"));
    Mavens.current(project).add("compile").run().succeeds();
    String libraries = Files.readString(project.resolve("target/class-path.txt")).strip();
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                project.resolve("target/classes") + ":" + libraries,
                "com.example.registry.SecondRegistry")
            .redirectError(folder.resolve("log.txt").toFile())
            .start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = out.readLine();
    while (line != null && !line.startsWith("port ")) {
      line = out.readLine();
    }
    assertThat(line).as(Files.readString(folder.resolve("log.txt"))).isNotNull();
    host = "127.0.0.1:" + line.substring("port ".length());
  }

  @AfterAll
  static void stop() {
    if (process != null) {
      process.destroy();
    }
  }

  @Test
  void onePlatformIsPushedOnceAndReadByOthers() throws Exception {
    Path project = Mavens.filesOnly(folder.resolve("pushed"));
    assertThat(deploy(project, ONE)).contains("2 of 2 blobs sent");
    assertThat(deploy(project, ONE)).contains("unchanged");
    assertThat(deploy(project, ONE[0], "-Dmultiarch.revision=r2"))
        .contains("0 of 2 blobs sent", "2 there already");
    Command.of("skopeo", "copy", "--src-tls-verify=false")
        .add("docker://" + host + "/team/pushed@" + digest(project))
        .add("oci:" + folder.resolve("copy") + ":1.0")
        .run()
        .succeeds();
  }

  @Test
  void aBaseIsReadAndItsLayersAreMounted() throws Exception {
    Path base = Mavens.filesOnly(folder.resolve("base"));
    deploy(base, ONE);
    String name = "docker://" + host + "/team/base";
    Command.of("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
        .add(name + "@" + digest(base), name + ":1.0")
        .run()
        .succeeds();
    Path project = Mavens.filesOnly(folder.resolve("app"));
    assertThat(deploy(project, ONE[0], ONE[1], "-Dmultiarch.from=" + host + "/team/base:1.0"))
        .contains("2 of 3 blobs sent", "1 mounted");
  }

  /** Of version 0.18 it is known that it holds no index. */
  @Test
  void whatItCannotHoldIsAnErrorThatNamesIt() throws Exception {
    assertThat(maven(Mavens.filesOnly(folder.resolve("index"))).run().fails().output())
        .contains(host + "/team/index:1.0")
        .contains("answered 500");
  }

  private static String digest(Path project) throws Exception {
    Path records = project.resolve("target/multiarch/records");
    try (Stream<Path> files = Files.list(records)) {
      return new ObjectMapper()
          .readTree(files.findFirst().orElseThrow().toFile())
          .findValue("digest")
          .asText();
    }
  }

  private static String deploy(Path project, String... more) throws Exception {
    return maven(project).add(more).run().succeeds().output();
  }

  private static Command maven(Path project) throws Exception {
    return Mavens.current(project)
        .add("deploy", "-Dmaven.deploy.skip=true", "-X")
        .add("-Dmultiarch.registry=" + host + "/team");
  }
}
