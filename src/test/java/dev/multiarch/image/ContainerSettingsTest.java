package dev.multiarch.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.ImageConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerSettingsTest {

  private static final ImageConfig BASE =
      ImageConfig.parse(
          ("{\"config\":{\"Env\":[\"PATH=/bin\",\"A=1\"],\"Entrypoint\":[\"sh\"],\"Cmd\":[\"-l\"],"
                  + "\"Labels\":null,\"ExposedPorts\":{\"1/tcp\":{}},\"Healthcheck\":{\"x\":1},"
                  + "\"User\":\"base\"}}")
              .getBytes(UTF_8));

  @Test
  void nothingSetChangesNothing() {
    assertThat(ContainerSettings.NONE.applyTo(BASE)).hasToString(BASE.toString());
  }

  @Test
  void listsAndMapsAddToTheBases() {
    ContainerSettings settings =
        new ContainerSettings(
            Optional.empty(),
            Optional.of(List.of("go")),
            Map.of("A", "2", "B", "3=4"),
            List.of("8080/tcp"),
            Optional.of("1000"),
            Optional.of("/work"),
            List.of("/data"),
            Map.of("l", "v"),
            Optional.of("SIGQUIT"));
    ImageConfig config = settings.applyTo(BASE);
    assertThat(config.environment()).containsExactlyInAnyOrder("PATH=/bin", "A=2", "B=3=4");
    assertThat(config.environment().get(0)).isEqualTo("PATH=/bin");
    assertThat(config.entrypoint()).containsExactly("sh");
    assertThat(config.command()).containsExactly("go");
    assertThat(config.labels()).isEqualTo(Map.of("l", "v"));
    assertThat(config.toString())
        .contains("\"ExposedPorts\":{\"1/tcp\":{},\"8080/tcp\":{}}")
        .contains("\"User\":\"1000\"")
        .contains("\"WorkingDir\":\"/work\"")
        .contains("\"Volumes\":{\"/data\":{}}")
        .contains("\"StopSignal\":\"SIGQUIT\"")
        .contains("\"Healthcheck\":{\"x\":1}");
  }

  @Test
  void anEntrypointDropsTheArgumentsOfTheBases() {
    ImageConfig config =
        ContainerSettings.NONE.withDefaultEntrypoint(List.of("java", "Main")).applyTo(BASE);
    assertThat(config.entrypoint()).containsExactly("java", "Main");
    assertThat(config.command()).isEmpty();
  }

  @Test
  void portsAreNumbersAndRanges() {
    assertThat(ContainerSettings.parsePorts("8080")).containsExactly("8080/tcp");
    assertThat(ContainerSettings.parsePorts("53/UDP")).containsExactly("53/udp");
    assertThat(ContainerSettings.parsePorts("1-3/tcp")).containsExactly("1/tcp", "2/tcp", "3/tcp");
    for (String wrong : List.of("0", "65536", "3-1", "http", "80/icmp", "", "8080:80", "-1")) {
      assertThatThrownBy(() -> ContainerSettings.parsePorts(wrong)).hasMessageContaining(wrong);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    for (String user : List.of("a b", ":1", "1:", "a:b:c", "é")) {
      assertThatThrownBy(() -> ContainerSettings.parseUser(user)).hasMessageContaining(user);
    }
    for (String signal : List.of("term", "SIG", "SIGTERM x", "100x")) {
      assertThatThrownBy(() -> ContainerSettings.parseSignal(signal)).hasMessageContaining(signal);
    }
    for (String name : List.of("", "A=B", " A", "A\0")) {
      assertThatThrownBy(() -> ContainerSettings.parseVariable(name))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ContainerSettings.parseDirectory("relative"))
        .hasMessageContaining("relative");
    assertThat(ContainerSettings.parseUser("app.user:1000")).isEqualTo("app.user:1000");
    assertThat(ContainerSettings.parseSignal("SIGRTMIN+3")).isEqualTo("SIGRTMIN+3");
    assertThat(ContainerSettings.parseDirectory("C:\\work")).isEqualTo("C:\\work");
  }
}
