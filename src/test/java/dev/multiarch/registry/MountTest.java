package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.blob;
import static dev.multiarch.registry.RegistryFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.Transfer;
import dev.multiarch.testing.At;
import dev.multiarch.testing.Exchange;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import dev.multiarch.testing.PlantedFault;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What mounts save, and that nothing goes wrong where a registry means something else by them. */
@Timeout(30)
class MountTest {

  private static final int LARGE = 100_000;

  private final FakeRegistry registry = FakeRegistry.start();
  private final Registries registries = new Registries(RegistryOptions.defaults(), new TestTime());
  private final Store app = open("app");

  private Store open(String repository) {
    return registries.repository(registry.host(), repository);
  }

  @AfterEach
  void close() {
    registries.close();
    registry.close();
  }

  private void assertArrived(byte[] content) {
    assertThat(registry.blob("app", Digest.of(content).toString())).contains(content);
    assertThat(registry.openUploads()).isZero();
  }

  private Map<Kind, Integer> countsOf(Work work) throws IOException {
    registry.exchanges().clear();
    work.run();
    return registry.exchanges().counts();
  }

  private interface Work {
    void run() throws IOException;
  }

  private void learn() throws IOException {
    app.put(blob(bytes(10)));
  }

  // ---- mounts from the repository itself

  @Test
  void aBlobThatIsThereIsFoundByItsMount() throws IOException {
    byte[] content = bytes(1000);
    registry.putBlob("app", content);
    assertThat(countsOf(() -> assertThat(app.put(blob(content))).isEqualTo(Transfer.PRESENT)))
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1));
    assertThat(countsOf(() -> app.put(blob(bytes(1001)))))
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1, Kind.UPLOAD_PUT, 1));
  }

  @Test
  void whatWasLearntOfARegistryServesItsOtherRepositories() throws IOException {
    learn();
    assertThat(countsOf(() -> open("other").put(blob(bytes(LARGE)))))
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1, Kind.UPLOAD_PUT, 1));
  }

  /** It might be there all the same, so it is asked for before it is sent. */
  @Test
  void aLargeBlobIsNotSentToLearnSomething() throws IOException {
    registry.options().mountsOfSelf(false);
    byte[] content = bytes(LARGE);
    registry.putBlob("app", content);
    assertThat(countsOf(() -> assertThat(app.put(blob(content))).isEqualTo(Transfer.PRESENT)))
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1, Kind.BLOB_HEAD, 1, Kind.UPLOAD_DELETE, 1));
    byte[] next = bytes(LARGE + 1);
    registry.putBlob("app", next);
    assertThat(countsOf(() -> assertThat(app.put(blob(next))).isEqualTo(Transfer.PRESENT)))
        .isEqualTo(Map.of(Kind.BLOB_HEAD, 1));
  }

  @Test
  void aLargeBlobThatCameFirstHeedsWhatASmallOneHasFoundOutMeanwhile() throws Exception {
    // The very first request finds out how the host is spoken to, and lets no other pass.
    app.resolve("1");
    CountDownLatch mayAnswer = new CountDownLatch(1);
    PlantedFault first = registry.plant(Fault.delay(mayAnswer), At.kind(Kind.UPLOAD_POST, 1));
    FutureTask<Transfer> large = started(bytes(LARGE));
    first.awaitReached();
    learn();
    mayAnswer.countDown();
    assertThat(large.get()).isEqualTo(Transfer.SENT);
    assertThat(registry.exchanges().count(Kind.BLOB_HEAD)).isZero();
  }

  @Test
  void aRegistryThatOpensAnUploadForABlobThatItHasIsAskedFromThenOn() throws IOException {
    registry.options().mountsOfSelf(false);
    byte[] content = bytes(LARGE);
    registry.putBlob("app", content);
    learn();
    assertThat(countsOf(() -> assertThat(app.put(blob(content))).isEqualTo(Transfer.PRESENT)))
        .isEqualTo(Map.of(Kind.BLOB_HEAD, 1));
    assertThat(registry.openUploads()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 409, 500, 501})
  void aRegistryThatRefusesSuchMountsIsAskedFromThenOn(int status) throws IOException {
    registry.plant(Fault.status(status), At.matching(MountTest::isMount));
    learn();
    assertArrived(bytes(10));
    assertThat(countsOf(() -> app.put(blob(bytes(LARGE)))))
        .isEqualTo(Map.of(Kind.BLOB_HEAD, 1, Kind.UPLOAD_POST, 1, Kind.UPLOAD_PUT, 1));
  }

  @Test
  void aRegistryThatChangesItsMindIsAsked() throws IOException {
    learn();
    byte[] content = bytes(LARGE);
    registry.plant(Fault.status(403), At.matching(MountTest::isMount));
    assertThat(app.put(blob(content))).isEqualTo(Transfer.SENT);
    assertArrived(content);
  }

  private static boolean isMount(Exchange exchange) {
    return exchange.query().contains("mount=");
  }

  @Test
  void manyAtOnceLearnOnce() throws IOException {
    try (Parallel parallel = new Parallel(4)) {
      parallel.forEach(
          List.of(1, 2, 3, 4, 5, 6, 7, 8), size -> app.put(blob(bytes(size.intValue()))));
    }
    assertThat(registry.exchanges().counts())
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 8 + 1, Kind.UPLOAD_PUT, 8));
  }

  @Test
  void aLargeBlobWaitsForWhatASmallOneFindsOut() throws Exception {
    registry.options().mountsOfSelf(false);
    registry.putBlob("app", bytes(LARGE));
    app.resolve("1");
    CountDownLatch mayAnswer = new CountDownLatch(1);
    PlantedFault first = registry.plant(Fault.delay(mayAnswer), At.kind(Kind.UPLOAD_POST, 1));
    FutureTask<Transfer> small = started(bytes(10));
    first.awaitReached();
    FutureTask<Transfer> large = waiting(bytes(LARGE));
    mayAnswer.countDown();
    assertThat(List.of(small.get(), large.get())).containsExactly(Transfer.SENT, Transfer.PRESENT);
    assertThat(registry.exchanges().count(Kind.UPLOAD_POST)).isEqualTo(2);
    assertThat(registry.exchanges().count(Kind.BLOB_HEAD)).isEqualTo(1);
  }

  /** A put in a thread of its own. */
  private FutureTask<Transfer> started(byte[] content) {
    FutureTask<Transfer> put = new FutureTask<>(() -> app.put(blob(content)));
    new Thread(put).start();
    return put;
  }

  /** A put in a thread of its own, which waits for another thread by now. */
  private FutureTask<Transfer> waiting(byte[] content) {
    FutureTask<Transfer> put = new FutureTask<>(() -> app.put(blob(content)));
    Thread thread = new Thread(put);
    thread.start();
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return put;
  }

  // ---- mounts from a sister repository

  private Blob ofSister(byte[] content) {
    return blob(content).alsoIn(new Blob.Mountable(registry.host(), "base"));
  }

  @Test
  void aBlobOfASisterTakesOneRequest() throws IOException {
    byte[] content = bytes(LARGE);
    registry.putBlob("base", content);
    assertThat(countsOf(() -> assertThat(app.put(ofSister(content))).isEqualTo(Transfer.MOUNTED)))
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1));
    assertArrived(content);
  }

  /** The upload that the mount opened is not needed. */
  @Test
  void aBlobThatIsHereAlreadyIsNotSentWhereNothingIsMounted() throws IOException {
    registry.options().mounts(false);
    byte[] content = bytes(LARGE);
    registry.putBlob("app", content);
    assertThat(countsOf(() -> assertThat(app.put(ofSister(content))).isEqualTo(Transfer.PRESENT)))
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1, Kind.BLOB_HEAD, 1, Kind.UPLOAD_DELETE, 1));
    assertArrived(content);
  }

  @Test
  void whereNothingWasMountedOnceItIsAskedBefore() throws IOException {
    registry.options().mounts(false);
    app.put(ofSister(bytes(LARGE)));
    byte[] content = bytes(LARGE + 1);
    registry.putBlob("app", content);
    assertThat(countsOf(() -> app.put(ofSister(content)))).isEqualTo(Map.of(Kind.BLOB_HEAD, 1));
  }

  @Test
  void aSisterThatLacksABlobIsAskedForTheNext() throws IOException {
    byte[] there = bytes(LARGE);
    registry.putBlob("base", there);
    assertThat(app.put(ofSister(bytes(20)))).isEqualTo(Transfer.SENT);
    assertThat(app.put(ofSister(there))).isEqualTo(Transfer.MOUNTED);
    assertThat(registry.openUploads()).isZero();
  }
}
