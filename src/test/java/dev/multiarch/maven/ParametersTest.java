package dev.multiarch.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.image.ConfigurationException;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Platform;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

  private static final Path HERE = Path.of("/module");

  @ParameterizedTest
  @CsvSource({
    "registry.example.com/acme, orders, registry.example.com/acme/orders:1.0",
    "registry.example.com/acme/, team/orders, registry.example.com/acme/team/orders:1.0",
    "registry.example.com, ghcr.io/acme/orders, ghcr.io/acme/orders:1.0",
    "127.0.0.1:5000, orders, 127.0.0.1:5000/orders:1.0",
    "127.0.0.1:5000, orders:2, 127.0.0.1:5000/orders:2",
    ", acme/orders, docker.io/acme/orders:1.0",
    "oci:target/images, acme/orders, oci:/module/target/images/acme/orders:1.0",
    "oci:/srv, orders, oci:/srv/orders:1.0",
  })
  void registryAndImageMakeTheRepository(String registry, String image, String reference) {
    assertThat(destination(registry, image, null, "1.0").reference()).isEqualTo(reference);
  }

  @Test
  void withoutARegistryNobodyKnowsWhereTo() {
    assertThat(destination(null, "acme/orders", null, "1.0").registryGiven()).isFalse();
    assertThat(destination(null, "ghcr.io/acme/orders", null, "1.0").registryGiven()).isTrue();
  }

  @Test
  void theVersionBecomesATagThatARegistryTakes() {
    assertThat(destination("r.io", "a", null, "1.0+build.7").tags()).containsExactly("1.0_build.7");
    assertThat(destination("r.io", "a", List.of("x", "y", "x"), "1").tags())
        .containsExactly("x", "y");
  }

  @Test
  void whatCannotBeADestinationIsSaidAtOnce() {
    Mistakes mistakes = new Mistakes();
    Destination.of("r.io", "orders:1", List.of("-x", "a b"), "1", HERE, mistakes);
    assertThatThrownBy(mistakes::throwIfAny)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("it has a tag, and tags are given too");
    Mistakes tags = new Mistakes();
    Destination.of("r.io", "orders", List.of("-x", "a b", "x".repeat(129)), "1", HERE, tags);
    assertThatThrownBy(tags::throwIfAny).hasMessageContaining("3 mistakes");
    Mistakes registry = new Mistakes();
    Destination.of("HTTP://r.io", "orders", null, "1", HERE, registry);
    assertThatThrownBy(registry::throwIfAny).hasMessageContaining("registry");
    Mistakes image = new Mistakes();
    Destination.of("r.io", " ", null, "1", HERE, image);
    assertThatThrownBy(image::throwIfAny).hasMessageContaining("image: it is empty");
    Mistakes folder = new Mistakes();
    Destination.of(null, "oci:target/out", null, "1", HERE, folder);
    assertThatThrownBy(folder::throwIfAny)
        .hasMessageContaining("image: a folder is not named here but by the registry");
  }

  @Test
  void aFolderForImagesHasAName() {
    Mistakes mistakes = new Mistakes();
    Destination.of("oci:", "orders", null, "1", HERE, mistakes);
    assertThatThrownBy(mistakes::throwIfAny).hasMessageContaining("registry: it names no folder");
  }

  @Test
  void aRegistryIsTheCommandLinesOwnOrMavenHasReplacedWhatIsInIt() {
    assertThat(Destination.isFrom("r.io/a", "r.io/a")).isTrue();
    assertThat(Destination.isFrom("oci:${user.home}/a", "oci:/home/a")).isTrue();
    assertThat(Destination.isFrom("r.io/a", "r.io/a/team")).isTrue();
    assertThat(Destination.isFrom("", "r.io/a")).isTrue();
    assertThat(Destination.isFrom("r.io/a", "other.io/a")).isFalse();
    assertThat(Destination.isFrom(null, "r.io/a")).isFalse();
  }

  @Test
  void mistakesOfTheNetworkNameTheirParameter() {
    Mistakes mistakes = new Mistakes();
    RegistrySettings.of(
        "r.io", null, List.of("http://r.io"), null, null, new int[] {20, -1, 7200}, mistakes);
    assertThatThrownBy(mistakes::throwIfAny)
        .hasMessageContaining("idleTimeout: -1 is not a number of seconds")
        .hasMessageContaining("insecure: 'http://r.io' is not host[:port]");
  }

  @Test
  void whatPluginsSetWhileTheBuildRunsIsSeenInProperties() {
    Properties pom = new Properties();
    pom.setProperty("multiarch.container.jvmFlags", "-Dagent=${org:agent:jar},${unknown}");
    pom.setProperty("org:agent:jar", "/r/agent$1.jar");
    PropertyReader reader = new PropertyReader(new Properties(), new Properties(), pom);
    assertThat(reader.list(null, "multiarch.container.jvmFlags"))
        .containsExactly("-Dagent=/r/agent$1.jar", "${unknown}");
  }

  @Test
  void anEmptyTagOrPlatformIsAMistake() {
    Mistakes mistakes = new Mistakes();
    Destination.of("r.io", "orders", List.of(" "), "1", HERE, mistakes);
    PlatformSelection.platforms(List.of("linux/amd64", ""), mistakes);
    assertThatThrownBy(mistakes::throwIfAny)
        .hasMessageContaining("tags: one of its values is empty")
        .hasMessageContaining("platforms: one of its values is empty");
    Mistakes url = new Mistakes();
    Destination.of("https://r.io/acme", "orders", null, "1", HERE, url);
    assertThatThrownBy(url::throwIfAny).hasMessageContaining("leave out https://");
  }

  @Test
  void aRunBuildsTheNamedPlatformsInTheOrderOfTheImage() {
    List<String> all = List.of("linux/amd64", "linux/arm64", "linux/s390x");
    PlatformSelection selection = select(all, List.of("linux/s390x", "linux/x86_64"));
    assertThat(selection.selected())
        .extracting(Platform::toString)
        .containsExactly("linux/amd64", "linux/s390x");
    assertThat(selection.missing()).containsExactly(Platform.parse("linux/arm64"));
    assertThat(select(all, List.of("none")).selected()).isEmpty();
    assertThat(select(all, null).isComplete()).isTrue();
    assertThat(select(List.of(Platform.host().toString()), List.of("host")).isComplete()).isTrue();
    assertThat(select(null, null).all())
        .extracting(Platform::toString)
        .containsExactly("linux/amd64", "linux/arm64");
  }

  @Test
  void platformsThatCannotBeAreRefused() {
    refusedPlatforms(List.of("linux/arm64", "linux/aarch64/v8"), null, "named twice");
    refusedPlatforms(List.of("linux/amd65"), null, "amd65");
    refusedPlatforms(
        List.of("linux/amd64"), List.of("linux/arm64"), "the image has no linux/arm64");
    refusedPlatforms(List.of("linux/amd64"), List.of("none", "linux/amd64"), "cannot be combined");
  }

  @Test
  void anImageIsPartOfARunInWhichAnotherLacksPlatforms() {
    List<Platform> both = List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));
    List<Platform> one = List.of(Platform.parse("linux/amd64"));
    List<List<Platform>> reactor = List.of(both, one);
    List<String> name = List.of("linux/amd64");
    Mistakes mistakes = new Mistakes();
    PlatformSelection complete = PlatformSelection.of(name, name, reactor, mistakes);
    assertThat(complete.isComplete()).isTrue();
    assertThat(complete.part()).isTrue();
    PlatformSelection passedOver =
        PlatformSelection.of(name, List.of("linux/arm64"), reactor, mistakes);
    assertThat(passedOver.selected()).isEmpty();
    assertThat(passedOver.part()).isTrue();
    assertThat(PlatformSelection.of(name, List.of("none"), reactor, mistakes).part()).isFalse();
    assertThat(PlatformSelection.of(name, name, List.of(one), mistakes).part()).isFalse();
    mistakes.throwIfAny();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
    "2026-01-31T14:00:00+02:00, 2026-01-31T12:00:00Z",
    "1700000000, 2023-11-14T22:13:20Z",
    "x, 1970-01-01T00:00:00Z",
    ", 1970-01-01T00:00:00Z",
  })
  void timesAreReadAsMavensOwnPluginsReadThem(String text, Instant time) {
    assertThat(Timestamps.parse(text)).isEqualTo(time);
  }

  @Test
  void whatIsNoTimeIsRefused() {
    assertThatThrownBy(() -> Timestamps.parse("yesterday")).hasMessageContaining("yesterday");
  }

  private static Destination destination(
      String registry, String image, List<String> tags, String version) {
    Mistakes mistakes = new Mistakes();
    Destination destination =
        Destination.of(registry, image, tags, version, HERE, mistakes).orElseThrow();
    mistakes.throwIfAny();
    return destination;
  }

  private static PlatformSelection select(List<String> platforms, List<String> only) {
    Mistakes mistakes = new Mistakes();
    PlatformSelection selection = PlatformSelection.of(platforms, only, List.of(), mistakes);
    mistakes.throwIfAny();
    return selection;
  }

  private static void refusedPlatforms(List<String> platforms, List<String> only, String reason) {
    assertThatThrownBy(() -> select(platforms, only)).hasMessageContaining(reason);
  }
}
