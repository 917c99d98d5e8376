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
    assertThat(deploy("trusted").add(bundle()).run().succeeds().output())
        .containsPattern(Mavens.tagged(registry.host() + "/tls/trusted:1.0"));
  }

  @Test
  void aRunThatWillPushConnectsWhileItBuilds() throws Exception {
    String ahead = registry.host() + ": connected ahead";
    assertThat(deploy("ahead").add(bundle(), "-X").run().succeeds().output()).contains(ahead);
    assertThat(maven("here", "package").add(bundle(), "-X").run().succeeds().output())
        .doesNotContain(ahead);
  }

  private static String bundle() throws Exception {
    Path pem = RealRegistry.certificate(folder.resolve("registry"));
    return "-Dmultiarch.caBundles=" + registry.host() + "=" + pem;
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
    return maven(name, "deploy").add("-Dmaven.deploy.skip=true");
  }

  private static Command maven(String name, String phase) throws Exception {
    return Mavens.current(Mavens.filesOnly(folder.resolve(name)))
        .add(phase)
        .add("-Dmultiarch.registry=" + registry.host() + "/tls");
  }
}
