package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.store.Store;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import dev.multiarch.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom we believe to be the registry, and where we look for an image. */
class TrustTest {

  @TempDir static Path folder;
  private static TestCertificates certificates;
  private FakeRegistry plain;
  private FakeRegistry secured;

  @BeforeAll
  static void make() throws Exception {
    certificates = TestCertificates.create(folder);
  }

  @BeforeEach
  void start() throws Exception {
    secured = FakeRegistry.startTls(certificates.serverContext());
    plain = FakeRegistry.start();
  }

  @AfterEach
  void close() {
    secured.close();
    plain.close();
  }

  private static Store open(FakeRegistry registry, RegistryOptions options) {
    return new Registries(options, new TestTime()).repository(registry.host(), "app");
  }

  @Test
  void aBundleOfTheRegistryIsTrusted() throws Exception {
    Path bundle = certificates.writePem(folder.resolve("ca.pem"));
    RegistryOptions options =
        RegistryOptions.defaults().withCaBundles(Map.of(secured.host(), bundle));
    assertThat(open(secured, options).resolve("1")).isEmpty();
    assertThat(secured.exchanges().all()).hasSize(1);
  }

  @Test
  void aBundleOfAnotherRegistryIsNot() throws Exception {
    Path bundle = certificates.writePem(folder.resolve("ca.pem"));
    RegistryOptions options =
        RegistryOptions.defaults().withCaBundles(Map.of("127.0.0.1:1", bundle));
    assertThatThrownBy(() -> open(secured, options).resolve("1"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("no trusted connection to " + secured.host());
    assertThat(secured.exchanges().all()).isEmpty();
  }

  /** Then the JVM is asked, which does not know this server either. */
  @Test
  void aBundleWithoutTheServersAuthorityIsNotEnough() throws Exception {
    TestCertificates others =
        TestCertificates.create(Files.createDirectory(folder.resolve("others")));
    Path bundle = others.writePem(folder.resolve("others.pem"));
    RegistryOptions options =
        RegistryOptions.defaults().withCaBundles(Map.of(secured.host(), bundle));
    assertThatThrownBy(() -> open(secured, options).resolve("1"))
        .hasMessageContaining("no trusted connection to " + secured.host())
        .hasMessageContaining("unable to find valid certification path");
    assertThat(secured.exchanges().all()).isEmpty();
  }

  @Test
  void anInsecureRegistryIsTrustedUnseen() throws IOException {
    RegistryOptions options = RegistryOptions.defaults().withInsecure(Set.of(secured.host()));
    assertThat(open(secured, options).resolve("1")).isEmpty();
  }

  @Test
  void aRedirectFromTlsToNoneIsRefused() {
    secured.plant(Fault.redirect(plain.url() + "/v2/app/manifests/1"), At.request(1));
    RegistryOptions options = RegistryOptions.defaults().withInsecure(Set.of(secured.host()));
    assertThatThrownBy(() -> open(secured, options).resolve("1"))
        .hasMessageContaining("from https to http://");
    assertThat(plain.exchanges().all()).isEmpty();
  }

  @Test
  void aBundleThatIsNoneIsNamed() throws Exception {
    Path none = Files.writeString(folder.resolve("none.pem"), "none");
    RegistryOptions options =
        RegistryOptions.defaults().withCaBundles(Map.of(secured.host(), none));
    assertThatThrownBy(() -> open(secured, options).resolve("1")).hasMessageContaining("none.pem");
  }

  private static void give(FakeRegistry registry, String repository, Document document) {
    registry.putTag(
        repository, "1", registry.putManifest(repository, document.mediaType(), document.bytes()));
  }

  @Test
  void aMirrorIsReadFirstAndTheRegistryWhereItHasNothing() throws IOException {
    try (FakeRegistry mirror = FakeRegistry.start()) {
      Document ours = RegistryFiles.document("mirrored");
      give(mirror, "proxy/app", ours);
      Registries registries =
          new Registries(
              RegistryOptions.defaults()
                  .withMirrors(Map.of(plain.host(), List.of(mirror.host() + "/proxy"))),
              new TestTime());
      Store base = registries.mirrored(plain.host(), "app");
      assertThat(base.document("1")).contains(ours);
      assertThat(plain.exchanges().all()).isEmpty();
      give(plain, "app", RegistryFiles.document("own"));
      plain.putTag("app", "2", RegistryFiles.document("own").digest().toString());
      assertThat(base.document("2")).contains(RegistryFiles.document("own"));
      assertThat(base.name()).isEqualTo(plain.host() + "/app");
    }
  }

  @Test
  void aMirrorThatFailsIsPassedOverFromThenOn() throws IOException {
    try (FakeRegistry mirror = FakeRegistry.start()) {
      mirror.plant(Fault.status(403), At.request(1).andEver());
      give(plain, "app", RegistryFiles.document("own"));
      Store base =
          new Registries(
                  RegistryOptions.defaults()
                      .withMirrors(Map.of(plain.host(), List.of(mirror.host()))),
                  new TestTime())
              .mirrored(plain.host(), "app");
      assertThat(base.resolve("1")).isPresent();
      assertThat(base.document("1")).isPresent();
      assertThat(mirror.exchanges().all()).hasSize(1);
    }
  }

  @Test
  void aRegistryIsTheSameHoweverItIsWritten() {
    RegistryOptions options =
        RegistryOptions.defaults()
            .withInsecure(Set.of("R.example", "s.example:443", "docker.io"))
            .withCaBundles(Map.of("index.docker.io", Path.of("ca.pem")))
            .withMirrors(Map.of("registry-1.docker.io", List.of("mirror.example")));
    assertThat(List.of("r.example", "r.example:443", "S.example", "registry-1.docker.io"))
        .allMatch(options::isInsecure);
    assertThat(options.isInsecure("r.example:5000")).isFalse();
    assertThat(options.caBundle("registry-1.docker.io")).isPresent();
    assertThat(options.mirrorsOf("docker.io")).containsExactly("mirror.example");
  }

  @Test
  void aMirrorThatAnnouncesAnotherLengthIsPassedOver() throws Exception {
    byte[] content = RegistryFiles.bytes(1000);
    try (FakeRegistry mirror = FakeRegistry.start()) {
      plain.putBlob("app", content);
      mirror.putBlob("app", content);
      mirror.plant(Fault.wrongSize(-1), At.kind(Kind.BLOB_GET, 1).andEver());
      RegistryOptions options =
          RegistryOptions.defaults().withMirrors(Map.of(plain.host(), List.of(mirror.host())));
      Store base = new Registries(options, new TestTime()).mirrored(plain.host(), "app");
      Descriptor descriptor = Descriptor.of("a/b", Digest.of(content), content.length);
      try (InputStream in = base.blob(descriptor).open()) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
  }
}
