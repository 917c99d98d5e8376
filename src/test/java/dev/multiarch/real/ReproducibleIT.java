package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same sources give the same digests, whoever builds them, where and when. */
class ReproducibleIT {

  @TempDir Path folder;

  @Test
  void digestsDoNotDependOnFolderUserUmaskTimeOrZone() throws Exception {
    Environment environment = Environment.get();
    String base = "oci:" + environment.jreLayout() + ":17";
    String first = digest("one/java-app", base, "022", "UTC", "alice");
    String second = digest("a/longer/way/to/java-app", base, "077", "Pacific/Auckland", "bob");
    assertThat(first).startsWith("sha256:").isEqualTo(second);
  }

  private String digest(String place, String base, String umask, String zone, String user)
      throws Exception {
    Path parent = folder.resolve(place).getParent();
    Files.createDirectories(parent);
    String copy =
        "umask %s && cp -r '%s' '%s' && rm -rf '%3$s/target'"
            .formatted(umask, Mavens.BASEDIR.resolve("examples/java-app"), folder.resolve(place));
    Command.of("sh", "-c", copy).run().succeeds();
    Path project = folder.resolve(place);
    Mavens.current(project)
        .add("package", "-Dmultiarch.from=" + base, "-Duser.name=" + user)
        .with("TZ", zone)
        .with("MAVEN_OPTS", "-Duser.timezone=" + zone + " -Duser.home=" + parent)
        .with("LC_ALL", "C")
        .run()
        .succeeds();
    return new ObjectMapper()
        .readTree(project.resolve("target/multiarch/image.json").toFile())
        .get("digest")
        .asText();
  }
}
