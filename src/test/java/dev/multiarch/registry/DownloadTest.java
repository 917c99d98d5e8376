package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.MediaType;
import dev.multiarch.store.Store;
import dev.multiarch.testing.At;
import dev.multiarch.testing.Exchange;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How bodies that stop or break off are waited for, and gone on with. */
@Timeout(30)
class DownloadTest {

  private static final byte[] CONTENT = bytes(100_000);

  private final FakeRegistry registry = FakeRegistry.start();
  private final Registries registries =
      new Registries(
          RegistryOptions.defaults()
              .withTimeouts(
                  new RegistryOptions.Timeouts(
                      Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(20))),
          new TestTime());
  private final Store base = registries.repository(registry.host(), "base");

  @AfterEach
  void close() {
    registries.close();
    registry.close();
  }

  private byte[] download() throws IOException {
    registry.putBlob("base", CONTENT);
    Descriptor descriptor = Descriptor.of("a/b", Digest.of(CONTENT), CONTENT.length);
    try (InputStream in = base.blob(descriptor).open()) {
      return in.readAllBytes();
    }
  }

  @Test
  void aBodyThatStallsIsGivenUpAndFetchedFromThatByteOn() throws IOException {
    registry.plant(Fault.stallBody(), At.kind(Kind.BLOB_GET, 1));
    assertThat(download()).isEqualTo(CONTENT);
    assertThat(registry.exchanges().of(Kind.BLOB_GET))
        .extracting(Exchange::status)
        .containsExactly(200, 206);
    assertThat(registry.exchanges().of(Kind.BLOB_GET).get(1).header("Range"))
        .isEqualTo(Optional.of("bytes=50000-"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyThatBreaksOffIsGoneOnWithWhetherRangesAreKnownOrNot(boolean ranges) throws IOException {
    registry.options().ranges(ranges);
    registry.plant(Fault.cutBody(), At.kind(Kind.BLOB_GET, 1));
    assertThat(download()).isEqualTo(CONTENT);
    assertThat(registry.exchanges().count(Kind.BLOB_GET)).isEqualTo(2);
  }

  @Test
  void aBodyThatAlwaysStallsIsAnErrorInTheEnd() {
    registry.plant(Fault.stallBody(), At.kind(Kind.BLOB_GET, 1).andEver());
    assertThatThrownBy(this::download)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(registry.host() + " did not answer in time")
        .hasMessageContaining("stalled");
    assertThat(registry.exchanges().count(Kind.BLOB_GET)).isEqualTo(5);
  }

  @Test
  void aManifestThatStallsIsFetchedAgain() throws IOException {
    registry.putTag(
        "base",
        "1",
        registry.putManifest("base", MediaType.OCI_INDEX, RegistryFiles.document("a").bytes()));
    registry.plant(Fault.stallBody(), At.kind(Kind.MANIFEST_GET, 1));
    assertThat(base.document("1")).contains(RegistryFiles.document("a"));
  }
}
