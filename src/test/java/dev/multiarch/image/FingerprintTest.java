package dev.multiarch.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.layer.FileStates;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {

  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void makeProgram() throws IOException {
    program = Files.writeString(folder.resolve("plugin.jar"), "program");
  }

  @Test
  void equalSpecsHaveEqualFingerprints() throws IOException {
    assertThat(of(List.of("a", "b"), Map.of("x", "y"))).isPresent();
    assertThat(of(List.of("a", "b"), Map.of("x", "y")))
        .isEqualTo(of(List.of("a", "b"), Map.of("x", "y")));
  }

  @Test
  void whatPrintsAlikeIsNotTheSame() throws IOException {
    assertThat(of(List.of("a, b"), Map.of())).isNotEqualTo(of(List.of("a", "b"), Map.of()));
    assertThat(of(List.of(), Map.of("a", "b, c=d")))
        .isNotEqualTo(of(List.of(), new java.util.TreeMap<>(Map.of("a", "b", "c", "d"))));
  }

  @Test
  void anotherProgramGivesAnother() throws IOException {
    Optional<Digest> before = of(List.of(), Map.of());
    Files.writeString(program, "another program");
    assertThat(of(List.of(), Map.of())).isPresent().isNotEqualTo(before);
  }

  private Optional<Digest> of(List<String> args, Map<String, String> environment)
      throws IOException {
    List<Platform> platforms = List.of(Platform.parse("linux/amd64"));
    ImageSpec spec =
        new ImageSpec(
            new Base.Scratch(),
            platforms,
            platforms,
            Optional.empty(),
            List.of(),
            new ContainerSettings(
                Optional.empty(),
                Optional.of(args),
                environment,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Optional.empty()),
            Format.OCI,
            Instant.EPOCH);
    return Fingerprint.of(spec, List.of(), List.of(program), new FileStates(new SeenFiles()))
        .flatMap(print -> print.digest(Instant.EPOCH));
  }
}
