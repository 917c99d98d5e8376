package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.blob;
import static dev.multiarch.registry.RegistryFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Transfer;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How blobs get into a repository, and how an upload goes on after it was disturbed. */
@Timeout(30)
class UploadTest {

  private final FakeRegistry registry = FakeRegistry.start();
  private final RegistryOptions options = RegistryOptions.defaults();
  private final RegistryOptions impatient =
      RegistryOptions.defaults()
          .withTimeouts(
              new RegistryOptions.Timeouts(
                  Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofSeconds(20)));

  @AfterEach
  void close() {
    registry.close();
  }

  private Store open(RegistryOptions how) {
    return new Registries(how, new TestTime()).repository(registry.host(), "app");
  }

  private Store chunked(long threshold, long size) {
    return open(options.withChunks(new RegistryOptions.Chunks(threshold, size)));
  }

  private void assertArrived(byte[] content) {
    assertThat(registry.blob("app", Digest.of(content).toString())).contains(content);
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void aBlobGoesInOnePieceWithItsLength() throws IOException {
    byte[] content = bytes(100_000);
    assertThat(open(options).put(blob(content))).isEqualTo(Transfer.SENT);
    assertArrived(content);
    assertThat(registry.exchanges().of(Kind.UPLOAD_PUT))
        .singleElement()
        .satisfies(e -> assertThat(e.header("Content-Length")).contains("100000"));
  }

  @Test
  void aRegistryThatDoesNotLookAtTheBodyOfTheLastRequestGetsItBefore() throws IOException {
    registry.options().bodyOfLastPut(false);
    byte[] content = bytes(100_000);
    Store store = open(options);
    assertThat(store.put(blob(content))).isEqualTo(Transfer.SENT);
    assertArrived(content);
    registry.exchanges().clear();
    store.put(blob(bytes(100_001)));
    assertArrived(bytes(100_001));
    assertThat(registry.exchanges().bytesReceived()).isEqualTo(100_001);
  }

  @Test
  void aBlobThatTheRegistryFindsTooLargeGoesInSmallerAndSmallerChunks() throws IOException {
    registry.options().maxBody(1 << 20).locationQuery(true);
    byte[] content = bytes(3_000_000);
    assertThat(chunked(1 << 30, 4 << 20).put(blob(content))).isEqualTo(Transfer.SENT);
    assertArrived(content);
  }

  @Test
  void aBlobThatDoesNotGoInAnySizeIsAnError() {
    registry.options().maxBody(1000);
    assertThatThrownBy(() -> chunked(1 << 30, 4 << 20).put(blob(bytes(3_000_000))))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("413");
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void aChunkIsAtLeastAsLongAsTheRegistryWants() throws IOException {
    registry.options().chunkMinLength(3000);
    byte[] content = bytes(10_000);
    chunked(100, 500).put(blob(content));
    assertArrived(content);
    assertThat(registry.exchanges().count(Kind.UPLOAD_PATCH)).isEqualTo(4);
  }

  @Test
  void anUploadThatBreaksOffGoesOnFromWhatHasArrived() throws IOException {
    byte[] content = bytes(100_000);
    registry.plant(Fault.truncateUpload(), At.kind(Kind.UPLOAD_PUT, 1));
    open(options).put(blob(content));
    assertArrived(content);
    assertThat(registry.exchanges().count(Kind.UPLOAD_POST)).isEqualTo(1);
    assertThat(registry.exchanges().bytesReceived()).isLessThan(2L * content.length);
  }

  @Test
  void anUploadOfWhichOnlyTheAnswerWasLostIsNotSentAgain() throws IOException {
    byte[] content = bytes(100_000);
    registry.plant(Fault.resetAfter(), At.kind(Kind.UPLOAD_PUT, 1));
    open(options).put(blob(content));
    assertArrived(content);
    assertThat(registry.exchanges().bytesReceived()).isEqualTo(content.length);
  }

  @Test
  void aLostSessionIsReplaced() throws IOException {
    byte[] content = bytes(100_000);
    registry.plant(Fault.loseSession(), At.kind(Kind.UPLOAD_PUT, 1));
    open(options).put(blob(content));
    assertArrived(content);
    assertThat(registry.exchanges().count(Kind.UPLOAD_POST)).isEqualTo(2);
  }

  @Test
  void aStalledUploadIsGivenUpAndGoesOn() throws IOException {
    byte[] content = bytes(100_000);
    registry.plant(Fault.stall(), At.kind(Kind.UPLOAD_PUT, 1));
    open(impatient).put(blob(content));
    assertThat(registry.blob("app", Digest.of(content).toString())).contains(content);
  }

  @Test
  void aDamagedBlobNeverArrivesAndItsSessionIsCancelled() {
    byte[] content = bytes(100_000);
    Descriptor other = Descriptor.of("a/b", Digest.of("other"), content.length);
    assertThatThrownBy(() -> open(options).put(blob(other, content)))
        .isInstanceOf(DamagedContentException.class);
    assertThat(registry.exchanges().count(Kind.UPLOAD_DELETE)).isEqualTo(1);
    assertThat(registry.openUploads()).isZero();
    assertThat(registry.exchanges().bytesReceived()).isLessThan(content.length);
  }

  @Test
  void aRefusedUploadIsCancelled() {
    registry.plant(Fault.status(400), At.kind(Kind.UPLOAD_PUT, 1));
    assertThatThrownBy(() -> open(options).put(blob(bytes(10))))
        .isInstanceOf(RegistryException.class);
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void anInterruptedUploadIsCancelled() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    var planted = registry.plant(Fault.delay(never), At.kind(Kind.UPLOAD_PUT, 1));
    AtomicReference<Exception> failure = new AtomicReference<>();
    Store store = open(RegistryOptions.defaults());
    Thread pushing =
        new Thread(
            () -> {
              try {
                store.put(blob(bytes(10)));
              } catch (IOException e) {
                failure.set(e);
              }
            });
    pushing.start();
    planted.awaitReached();
    pushing.interrupt();
    pushing.join();
    assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void whatTheProcessHasPutElsewhereInTheRegistryIsMounted() throws IOException {
    byte[] content = bytes(1000);
    Registries registries = new Registries(options, new TestTime());
    registries.repository(registry.host(), "one").put(blob(content));
    assertThat(registries.repository(registry.host(), "two").put(blob(content)))
        .isEqualTo(Transfer.MOUNTED);
    assertThat(registry.exchanges().bytesReceived()).isEqualTo(content.length);
  }

  @Test
  void aMountThatOpensAnUploadUsesIt() throws IOException {
    registry.options().mounts(false);
    byte[] content = bytes(1000);
    Blob known = blob(content).alsoIn(new Blob.Mountable(registry.host(), "base"));
    assertThat(open(options).put(known)).isEqualTo(Transfer.SENT);
    assertArrived(content);
    assertThat(registry.exchanges().count(Kind.UPLOAD_POST)).isEqualTo(1);
  }

  @Test
  void aMountThatIsForbiddenIsAnUpload() throws IOException {
    byte[] content = bytes(1000);
    registry.plant(Fault.status(403), At.kind(Kind.UPLOAD_POST, 1));
    Blob known = blob(content).alsoIn(new Blob.Mountable(registry.host(), "base"));
    assertThat(open(options).put(known)).isEqualTo(Transfer.SENT);
    assertArrived(content);
  }

  /** Such as one that counts what was sent again after a failure. */
  @Test
  void aSessionThatHasMoreThanTheBlobIsBegunAnew() throws Exception {
    List<String> said = Collections.synchronizedList(new ArrayList<>());
    byte[] content = bytes(1000);
    try (ScriptedServer server =
        ScriptedServer.start(
            head -> {
              String line = head.lines().findFirst().orElseThrow();
              said.add(line.substring(0, line.indexOf(' ')));
              if (line.startsWith("POST")) {
                long n = said.stream().filter("POST"::equals).count();
                return "202 Accepted\r\nLocation: /v2/app/blobs/uploads/" + n + "\r\n";
              }
              if (line.startsWith("PUT")) {
                return line.contains("/uploads/1?") ? "503 Busy\r\n" : "201 Created\r\n";
              }
              return line.startsWith("GET")
                  ? "202 Accepted\r\nRange: 0-1000\r\n"
                  : "404 Not Found\r\n";
            })) {
      Store app = new Registries(options, new TestTime()).repository(server.host(), "app");
      assertThat(app.put(blob(content))).isEqualTo(Transfer.SENT);
    }
    assertThat(said.stream().filter("GET"::equals).count()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadHereIsNotTheRegistrysFault() {
    Descriptor descriptor = Descriptor.of("a/b", Digest.of(bytes(1000)), 1000);
    AtomicInteger opened = new AtomicInteger();
    Blob gone =
        new Blob() {
          @Override
          public Descriptor descriptor() {
            return descriptor;
          }

          @Override
          public InputStream open() throws IOException {
            opened.incrementAndGet();
            throw new NoSuchFileException("gone");
          }
        };
    assertThatThrownBy(() -> open(options).put(gone))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("gone");
    assertThat(opened).hasValue(1);
  }
}
