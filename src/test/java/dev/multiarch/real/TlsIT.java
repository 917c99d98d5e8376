package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that speaks TLS is trusted if its certificate is, and not otherwise. */
class TlsIT {

  @TempDir static Path folder;
  private static RealRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Environment.get();
    registry = RealRegistry.startWithTls(folder.resolve("registry"));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void anUnknownCertificateIsRefusedByName() throws Exception {
    assertThat(deploy("unknown").run().fails().output())
        .contains(registry.host())
        .containsIgnoringCase("certificate")
        .containsPattern("(?i)ca ?bundle");
  }

  @Test
  void anAuthorityThatTheUserTrustsIsEnough() throws Exception {
    Path pem = RealRegistry.certificate(folder.resolve("registry"));
    assertThat(
            deploy("trusted")
                .add("-Dmultiarch.caBundles=" + registry.host() + "=" + pem)
                .run()
                .succeeds()
                .output())
        .containsPattern(Mavens.tagged(registry.host() + "/tls/trusted:1.0"));
  }

  @Test
  void whoSaysThatItMayBeInsecureGetsIt() throws Exception {
    assertThat(
            deploy("insecure")
                .add("-Dmultiarch.insecure=" + registry.host())
                .run()
                .succeeds()
                .output())
        .containsPattern(Mavens.tagged(registry.host() + "/tls/insecure:1.0"));
  }

  private static Command deploy(String name) throws Exception {
    return Mavens.current(Mavens.filesOnly(folder.resolve(name)))
        .add("deploy", "-Dmaven.deploy.skip=true")
        .add("-Dmultiarch.registry=" + registry.host() + "/tls");
  }
}
