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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /**
   * Gives a hundred bytes from where they are asked for, without saying how many, and hangs up.
   *
   * @param text the body from an offset on, in the nth answer
   */
  private static byte[] unannounced(Body body, List<String> ranges) throws Exception {
    byte[] content = "0123456789".repeat(10).getBytes(StandardCharsets.US_ASCII);
    try (ScriptedServer server =
        ScriptedServer.startRaw(
            head -> {
              Matcher range = Pattern.compile("Range: bytes=(\\d+)-").matcher(head);
              int from = range.find() ? Integer.parseInt(range.group(1)) : 0;
              ranges.add(String.valueOf(from));
              String status =
                  from > 0
                      ? "206 Partial Content\r\nContent-Range: bytes " + from + "-99/100"
                      : "200 OK";
              String rest = new String(content, StandardCharsets.US_ASCII).substring(from);
              return "HTTP/1.1 " + status + "\r\n" + body.of(rest, ranges.size());
            })) {
      Store app =
          new Registries(RegistryOptions.defaults(), new TestTime())
              .repository(server.host(), "app");
      try (InputStream in = app.blob(Descriptor.of("a/b", Digest.of(content), 100)).open()) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
    return content;
  }

  private interface Body {
    String of(String rest, int attempt);
  }

  @Test
  void aBodyThatLacksOnlyTheMarkOfItsEndIsWhole() throws Exception {
    List<String> ranges = new ArrayList<>();
    unannounced(
        (rest, attempt) ->
            "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(rest.length())
                + "\r\n"
                + rest
                + "\r\n",
        ranges);
    assertThat(ranges).containsExactly("0");
  }

  @Test
  void aBodyThatEndsWithItsConnectionMayHaveEndedEarly() throws Exception {
    List<String> ranges = new ArrayList<>();
    unannounced(
        (rest, attempt) ->
            "Connection: close\r\n\r\n" + (attempt == 1 ? rest.substring(0, 50) : rest),
        ranges);
    assertThat(ranges).containsExactly("0", "50");
  }
}
