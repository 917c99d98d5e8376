package dev.multiarch.assembly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.MediaType;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExactSetTest {

  private static final List<Platform> BOTH =
      List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));
  private static final Coordinates PROJECT = new Coordinates("com.acme", "orders", "1.0");

  private final DigestRecord amd = record("linux/amd64");
  private final DigestRecord arm = record("linux/arm64");

  @Test
  void theOrderIsTheExpectationsWhateverTheOrderOfTheRecords() throws IOException {
    List<DigestRecord> found =
        new ArrayList<>(List.of(amd, arm, ofProject(arm, "orders-api"), ofImage(amd, "worker")));
    Random random = new Random(6);
    for (int i = 0; i < 24; i++) {
      Collections.shuffle(found, random);
      assertThat(select(found)).containsExactly(amd, arm);
    }
  }

  @Test
  void aMissingPlatformIsNamed() {
    refused(List.of(amd), "no record for linux/arm64");
    refused(List.of(), "no record for linux/amd64, linux/arm64");
  }

  @Test
  void recordsOfAnotherImageWhoseNameBeginsTheSameAreNotTaken() {
    refused(List.of(amd, ofProject(arm, "orders-api")), "no record for linux/arm64");
    refused(List.of(ofProject(amd, "orders-api")), "com.acme:orders-api:1.0 image linux/amd64");
  }

  @Test
  void twoRecordsForOnePlatformAreRefused() {
    refused(List.of(amd, arm, arm), "2 records for linux/arm64");
  }

  @Test
  void aPlatformThatTheImageDoesNotHaveIsRefused() {
    refused(List.of(amd, arm, record("linux/s390x")), "linux/s390x");
  }

  @Test
  void differentSourcesAreRefusedUnlessAllowed() throws IOException {
    DigestRecord other = with(arm, "b".repeat(40), "sha256:base", PROJECT, BOTH);
    refused(List.of(amd, other), "revision");
    assertThat(select(List.of(amd, other), Check.REVISION)).hasSize(2);
  }

  @Test
  void anotherRevisionThanThisCheckoutsIsRefused() {
    String revision = "c".repeat(40);
    List<DigestRecord> records =
        List.of(
            with(amd, revision, "sha256:base", PROJECT, BOTH),
            with(arm, revision, "sha256:base", PROJECT, BOTH));
    refused(records, "this checkout has " + "a".repeat(40));
  }

  @Test
  void differentBasesAreRefusedUnlessAllowed() throws IOException {
    DigestRecord other = with(arm, "a".repeat(40), "sha256:other", PROJECT, BOTH);
    refused(List.of(amd, other), "different bases");
    assertThat(select(List.of(amd, other), Check.BASE)).hasSize(2);
  }

  @Test
  void anotherVersionIsRefusedUnlessAllowed() throws IOException {
    Coordinates next = new Coordinates("com.acme", "orders", "1.1");
    DigestRecord other = with(arm, "a".repeat(40), "sha256:base", next, BOTH);
    refused(List.of(amd, other), "1.1");
    assertThat(select(List.of(amd, other), Check.VERSION)).hasSize(2);
  }

  @Test
  void recordsOfJobsThatExpectedOtherPlatformsAreRefusedUnlessAllowed() throws IOException {
    DigestRecord other = with(arm, "a".repeat(40), "sha256:base", PROJECT, List.of(BOTH.get(1)));
    refused(List.of(amd, other), "was built for an image of linux/arm64");
    assertThat(select(List.of(amd, other), Check.PLATFORMS)).hasSize(2);
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    DigestRecord other = with(arm, "b".repeat(40), "sha256:other", PROJECT, BOTH);
    assertThatThrownBy(() -> select(List.of(amd, other, other, record("linux/386"))))
        .hasMessageContaining("2 records")
        .hasMessageContaining("linux/386")
        .hasMessageContaining("revision")
        .hasMessageContaining("base")
        .hasMessageContaining("no tag was moved");
  }

  @Test
  void aRecordIsReadAsItWasWritten(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("deep/er"));
    Files.write(folder.resolve("deep/er/whatever.json"), Json.pretty(amd.toJson()));
    Files.write(folder.resolve("x.json"), Json.compact(arm.toJson()));
    Files.writeString(folder.resolve("package.json"), "{\"name\":\"not ours\"}");
    Files.writeString(folder.resolve("notes.txt"), "{");
    assertThat(RecordDirectory.read(folder)).containsExactly(amd, arm);
  }

  @Test
  void aTruncatedRecordIsNamed(@TempDir Path folder) throws IOException {
    byte[] whole = Json.pretty(amd.toJson());
    Files.write(folder.resolve("half.json"), java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> RecordDirectory.read(folder)).hasMessageContaining("half.json");
  }

  @Test
  void aRecordOfAnotherSchemaIsRefusedWithBothVersions() {
    var json = amd.toJson();
    json.addProperty("multiarchRecord", 2);
    assertThatThrownBy(() -> DigestRecord.parse(Json.parseObject(Json.compact(json))))
        .hasMessageContaining("version 2")
        .hasMessageContaining("version 1");
    assertThatThrownBy(() -> DigestRecord.parse(Json.parseObject("{}".getBytes(UTF_8))))
        .hasMessageContaining("not a digest record");
  }

  private static void refused(List<DigestRecord> records, String reason) {
    assertThatThrownBy(() -> select(records))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("linux/amd64, linux/arm64");
  }

  private static List<DigestRecord> select(List<DigestRecord> found, Check... allowed)
      throws AssemblyException {
    Expectation expectation =
        new Expectation(
            "image",
            PROJECT,
            "registry.example.com/orders",
            BOTH,
            Optional.of("a".repeat(40)),
            Set.of(allowed));
    return new ExactSet(expectation, "the test").select(found);
  }

  private static DigestRecord record(String platform) {
    return new DigestRecord(
        "image",
        "registry.example.com/orders",
        Platform.parse(platform),
        Descriptor.of(MediaType.OCI_MANIFEST, Digest.of(platform), 7),
        Optional.of("docker.io/library/base:1"),
        Optional.of("sha256:base"),
        PROJECT,
        Optional.of("a".repeat(40)),
        BOTH);
  }

  private static DigestRecord with(
      DigestRecord r, String revision, String base, Coordinates project, List<Platform> expected) {
    return new DigestRecord(
        r.imageId(),
        r.repository(),
        r.platform(),
        r.manifest(),
        r.baseName(),
        Optional.of(base),
        project,
        Optional.of(revision),
        expected);
  }

  private static DigestRecord ofProject(DigestRecord r, String artifactId) {
    return with(
        r,
        r.revision().orElseThrow(),
        r.baseDigest().orElseThrow(),
        new Coordinates("com.acme", artifactId, "1.0"),
        r.expected());
  }

  private static DigestRecord ofImage(DigestRecord r, String id) {
    return new DigestRecord(
        id,
        r.repository(),
        r.platform(),
        r.manifest(),
        r.baseName(),
        r.baseDigest(),
        r.project(),
        r.revision(),
        r.expected());
  }
}
