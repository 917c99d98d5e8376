package dev.multiarch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The protocol without faults, operation by operation. */
class RegistryProtocolTest {
  private static final byte[] LAYER = "a layer's bytes".getBytes(UTF_8);
  private static final String LAYER_DIGEST = Digests.sha256(LAYER);
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final FakeRegistry registry = FakeRegistry.start();
  private final Http http = new Http(registry);

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void pingSucceedsAndOneConnectionServesManyRequests() throws Exception {
    assertThat(http.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(http.get("/v2/").statusCode()).isEqualTo(200);

    assertThat(registry.connections()).isEqualTo(1);
    assertThat(registry.exchanges().all())
        .extracting(Exchange::number, Exchange::kind, Exchange::status, Exchange::connectionId)
        .containsExactly(tuple(1, Kind.PING, 200, 1), tuple(2, Kind.PING, 200, 1));
  }

  @Test
  void blobsAreReadByDigest() throws Exception {
    registry.putBlob("app", LAYER);

    HttpResponse<byte[]> head = http.head("/v2/app/blobs/" + LAYER_DIGEST);
    HttpResponse<byte[]> get = http.get("/v2/app/blobs/" + LAYER_DIGEST);

    assertThat(Http.header(head, "Content-Length")).isEqualTo("" + LAYER.length);
    assertThat(head.body()).isEmpty();
    assertThat(get.body()).isEqualTo(LAYER);
    assertThat(Http.header(get, "Docker-Content-Digest")).isEqualTo(LAYER_DIGEST);
    HttpResponse<byte[]> missing = http.get("/v2/other/blobs/" + LAYER_DIGEST);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(Http.text(missing)).contains("\"code\":\"BLOB_UNKNOWN\"");
  }

  @Test
  void blobsMayBeRedirectedToAStorageThatRefusesCredentials() throws Exception {
    registry.putBlob("app", LAYER);
    registry.options().blobRedirects(true);

    HttpResponse<byte[]> redirect = http.get("/v2/app/blobs/" + LAYER_DIGEST);

    assertThat(redirect.statusCode()).isEqualTo(307);
    URI location = URI.create(Http.location(redirect));
    assertThat(location.getAuthority()).isEqualTo(registry.storageHost());
    assertThat(http.get(location.toString()).body()).isEqualTo(LAYER);
    assertThat(http.get(location.toString(), "Authorization", "Basic eDp5").statusCode())
        .isEqualTo(400);
    assertThat(registry.exchanges().count(Kind.STORAGE_GET)).isEqualTo(2);
    assertThat(registry.exchanges().hostsThatReceived("x:y"))
        .containsExactly(registry.storageHost());
  }

  @Test
  void anUploadIsAPostAndAPut() throws Exception {
    String location = http.open("app");
    assertThat(registry.openUploads()).isEqualTo(1);

    HttpResponse<byte[]> put = http.put(location + "?digest=" + LAYER_DIGEST, LAYER);

    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(Http.header(put, "Docker-Content-Digest")).isEqualTo(LAYER_DIGEST);
    assertThat(registry.blob("app", LAYER_DIGEST)).contains(LAYER);
    assertThat(registry.openUploads()).isZero();
    assertThat(registry.exchanges().bytesReceived()).isEqualTo(LAYER.length);
  }

  @Test
  void aBlobMayComeWithThePost() throws Exception {
    String path = "/v2/app/blobs/uploads/?digest=" + LAYER_DIGEST;

    HttpResponse<byte[]> created = http.send("POST", path, BodyPublishers.ofByteArray(LAYER));
    registry.options().monolithicPost(false);
    HttpResponse<byte[]> opened = http.send("POST", path, BodyPublishers.ofByteArray(LAYER));

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(opened.statusCode()).isEqualTo(202);
  }

  @Test
  void bodiesMayBeChunkedAndMayWaitForLeave() throws Exception {
    String location = http.open("app");
    java.net.http.HttpRequest request =
        http.request(
                "PUT",
                location + "?digest=" + LAYER_DIGEST,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(LAYER)))
            .expectContinue(true)
            .build();

    HttpResponse<String> put =
        java.net.http.HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(registry.blob("app", LAYER_DIGEST)).contains(LAYER);
  }

  @Test
  void anUploadOfOtherBytesThanItsDigestIsRefused() throws Exception {
    HttpResponse<byte[]> put =
        http.put(http.open("app") + "?digest=" + LAYER_DIGEST, "x".getBytes(UTF_8));

    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(Http.text(put)).contains("DIGEST_INVALID");
    assertThat(registry.hasBlob("app", LAYER_DIGEST)).isFalse();
  }

  @Test
  void chunksMustFollowOneAnother() throws Exception {
    byte[] chunk = "12345".getBytes(UTF_8);
    String location = http.open("app");

    HttpResponse<byte[]> first = http.patch(location, chunk, "Content-Range", "0-4");
    HttpResponse<byte[]> again = http.patch(location, chunk, "Content-Range", "0-4");
    HttpResponse<byte[]> lies = http.patch(location, chunk, "Content-Range", "5-10");
    HttpResponse<byte[]> progress = http.get(location);
    HttpResponse<byte[]> second = http.patch(location, chunk, "Content-Range", "5-9");
    String digest = Digests.sha256("1234512345".getBytes(UTF_8));
    HttpResponse<byte[]> end = http.put(location + "?digest=" + digest, new byte[0]);

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(Http.header(first, "Range")).isEqualTo("0-4");
    assertThat(again.statusCode()).isEqualTo(416);
    assertThat(lies.statusCode()).isEqualTo(400);
    assertThat(progress.statusCode()).isEqualTo(204);
    assertThat(Http.header(progress, "Range")).isEqualTo("0-4");
    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(end.statusCode()).isEqualTo(201);
  }

  @Test
  void onlyTheLastChunkMayBeShorterThanTheMinimum() throws Exception {
    registry.options().chunkMinLength(4);
    HttpResponse<byte[]> post = http.post("/v2/app/blobs/uploads/");
    assertThat(Http.header(post, "OCI-Chunk-Min-Length")).isEqualTo("4");
    String location = Http.location(post);

    http.patch(location, "1234".getBytes(UTF_8), "Content-Range", "0-3");
    http.patch(location, "56".getBytes(UTF_8), "Content-Range", "4-5");
    HttpResponse<byte[]> more = http.patch(location, "7".getBytes(UTF_8), "Content-Range", "6-6");

    assertThat(more.statusCode()).isEqualTo(400);
    String digest = Digests.sha256("123456".getBytes(UTF_8));
    assertThat(http.put(location + "?digest=" + digest, new byte[0]).statusCode()).isEqualTo(201);
  }

  @Test
  void aCancelledUploadIsGone() throws Exception {
    String location = http.open("app");

    assertThat(http.delete(location).statusCode()).isEqualTo(204);
    HttpResponse<byte[]> gone = http.get(location);

    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(Http.text(gone)).contains("BLOB_UPLOAD_UNKNOWN");
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void locationsMayBeAbsoluteOnAnotherHostAndCarryAQueryThatChanges() throws Exception {
    registry.options().location(RegistryOptions.Location.STORAGE).locationQuery(true);
    String location = http.open("app");
    assertThat(location).startsWith("http://" + registry.storageHost()).contains("?_state=");

    HttpResponse<byte[]> first = http.patch(location, LAYER);
    HttpResponse<byte[]> stale = http.put(location + "&digest=" + LAYER_DIGEST, new byte[0]);
    HttpResponse<byte[]> put =
        http.put(Http.location(first) + "&digest=" + LAYER_DIGEST, new byte[0]);

    assertThat(stale.statusCode()).isEqualTo(400);
    assertThat(put.statusCode()).isEqualTo(201);
    registry.options().location(RegistryOptions.Location.ABSOLUTE).locationQuery(false);
    assertThat(http.open("app")).startsWith(registry.url() + "/v2/app/blobs/uploads/");
  }

  @Test
  void tooLongBodiesAreRefused() throws Exception {
    registry.options().maxBody(4);
    HttpResponse<byte[]> put = http.put(http.open("app") + "?digest=" + LAYER_DIGEST, LAYER);
    assertThat(put.statusCode()).isEqualTo(413);
  }

  @Test
  void mountsNeedASourceThatHasTheBlob() throws Exception {
    registry.putBlob("base", LAYER);
    String mount = "/v2/app/blobs/uploads/?mount=" + LAYER_DIGEST + "&from=";

    assertThat(http.post(mount + "nowhere").statusCode()).isEqualTo(202);
    assertThat(http.post(mount + "app").statusCode()).isEqualTo(202);
    assertThat(http.post(mount + "base").statusCode()).isEqualTo(201);
    assertThat(registry.hasBlob("app", LAYER_DIGEST)).isTrue();
    assertThat(http.post(mount + "app").statusCode()).isEqualTo(201);
    registry.options().mountsOfSelf(false);
    assertThat(http.post(mount + "app").statusCode()).isEqualTo(202);
    registry.options().mountsFromAnywhere(true);
    assertThat(http.post(mount + "nowhere").statusCode()).isEqualTo(201);
    registry.options().mounts(false);
    assertThat(http.post(mount + "base").statusCode()).isEqualTo(202);
  }

  @Test
  void manifestsAreReadByTagAndDigestWithTheTypeTheyCameWith() throws Exception {
    String config = registry.putBlob("app", LAYER);
    byte[] manifest = manifest(config);

    HttpResponse<byte[]> put = put("1.0", manifest);

    String digest = Digests.sha256(manifest);
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(Http.header(put, "Docker-Content-Digest")).isEqualTo(digest);
    for (String reference : Set.of("1.0", digest)) {
      HttpResponse<byte[]> get = http.get("/v2/app/manifests/" + reference);
      assertThat(get.body()).isEqualTo(manifest);
      assertThat(Http.header(get, "Content-Type")).isEqualTo(MANIFEST);
      HttpResponse<byte[]> head = http.head("/v2/app/manifests/" + reference);
      assertThat(Http.header(head, "Docker-Content-Digest")).isEqualTo(digest);
    }
    String unwanted = "application/vnd.docker.distribution.manifest.v2+json";
    assertThat(http.get("/v2/app/manifests/1.0", "Accept", unwanted).statusCode()).isEqualTo(404);
    assertThat(registry.snapshot())
        .isEqualTo(
            new Snapshot(
                Map.of("app", Set.of(config)),
                Map.of("app", Set.of(digest)),
                Map.of("app", Map.of("1.0", digest))));
  }

  @Test
  void manifestsWithMissingBlobsOrChildrenOrAnotherTypeAreRefused() throws Exception {
    byte[] manifest = manifest(LAYER_DIGEST);
    byte[] index =
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"%s","size":1,"digest":"%s"}]}"""
            .formatted(MANIFEST, Digests.sha256(manifest))
            .getBytes(UTF_8);

    assertThat(Http.text(put("1.0", manifest))).contains("MANIFEST_BLOB_UNKNOWN", LAYER_DIGEST);
    HttpResponse<byte[]> orphan = http.put("/v2/app/manifests/1.0", index, "Content-Type", INDEX);
    assertThat(Http.text(orphan)).contains("MANIFEST_BLOB_UNKNOWN");
    HttpResponse<byte[]> other = http.put("/v2/app/manifests/1.0", manifest, "Content-Type", INDEX);
    assertThat(Http.text(other)).contains("MANIFEST_INVALID");
    assertThat(Http.text(put(LAYER_DIGEST, manifest))).contains("DIGEST_INVALID");
    registry.options().referencesChecked(false);
    assertThat(put("1.0", manifest).statusCode()).isEqualTo(201);
  }

  @Test
  void immutableTagsTakeTheirOwnDigestOnly() throws Exception {
    registry.options().referencesChecked(false).immutableTags(409, false);
    put("1.0", manifest(LAYER_DIGEST));

    assertThat(put("1.0", manifest(LAYER_DIGEST)).statusCode()).isEqualTo(201);
    HttpResponse<byte[]> moved = put("1.0", manifest(Digests.sha256(new byte[1])));
    assertThat(moved.statusCode()).isEqualTo(409);
    assertThat(Http.text(moved)).contains("TAG_INVALID", "immutable");
    registry.options().immutableTags(400, true);
    assertThat(put("1.0", manifest(LAYER_DIGEST)).statusCode()).isEqualTo(400);
  }

  @Test
  void aTagMayBeVisibleLate() throws Exception {
    registry.options().referencesChecked(false).tagLag(2);
    put("1.0", manifest(LAYER_DIGEST));

    assertThat(http.head("/v2/app/manifests/1.0").statusCode()).isEqualTo(404);
    assertThat(http.head("/v2/app/manifests/1.0").statusCode()).isEqualTo(404);
    assertThat(http.head("/v2/app/manifests/1.0").statusCode()).isEqualTo(200);
  }

  @Test
  void tagsAreListedInPages() throws Exception {
    String digest = registry.putManifest("app", MANIFEST, manifest(LAYER_DIGEST));
    registry.putTag("app", "b", digest);
    registry.putTag("app", "a", digest);

    assertThat(Http.text(http.get("/v2/app/tags/list"))).contains("[\"a\",\"b\"]");
    HttpResponse<byte[]> page = http.get("/v2/app/tags/list?n=1");
    assertThat(Http.text(page)).contains("[\"a\"]");
    assertThat(Http.header(page, "Link")).isEqualTo("</v2/app/tags/list?n=1&last=a>; rel=\"next\"");
    assertThat(Http.text(http.get("/v2/app/tags/list?n=1&last=a"))).contains("[\"b\"]");
    assertThat(http.get("/v2/none/tags/list").statusCode()).isEqualTo(404);
  }

  @Test
  void manifestsTagsAndBlobsAreDeletedWherePermitted() throws Exception {
    String digest = registry.putManifest("app", MANIFEST, manifest(LAYER_DIGEST));
    registry.putTag("app", "1.0", digest);
    registry.putBlob("app", LAYER);

    assertThat(http.delete("/v2/app/manifests/" + digest).statusCode()).isEqualTo(202);
    assertThat(registry.tags("app")).isEmpty();
    registry.options().deletions(false);
    assertThat(http.delete("/v2/app/blobs/" + LAYER_DIGEST).statusCode()).isEqualTo(405);
    assertThat(registry.hasBlob("app", LAYER_DIGEST)).isTrue();
  }

  @Test
  void referrersAreListedWhereOffered() throws Exception {
    String referrer =
        """
        {"schemaVersion":2,"artifactType":"text/sbom","subject":{"digest":"%s"}}"""
            .formatted(LAYER_DIGEST);
    registry.putManifest("app", MANIFEST, referrer.getBytes(UTF_8));

    assertThat(http.get("/v2/app/referrers/" + LAYER_DIGEST).statusCode()).isEqualTo(404);
    registry.options().referrers(true);
    HttpResponse<byte[]> list = http.get("/v2/app/referrers/" + LAYER_DIGEST);
    assertThat(Http.header(list, "Content-Type")).isEqualTo(INDEX);
    assertThat(Http.text(list)).contains("text/sbom");
  }

  private HttpResponse<byte[]> put(String reference, byte[] manifest) throws Exception {
    return http.put("/v2/app/manifests/" + reference, manifest, "Content-Type", MANIFEST);
  }

  private static byte[] manifest(String config) {
    return """
        {"schemaVersion":2,"mediaType":"%s","config":{"digest":"%s"},"layers":[]}"""
        .formatted(MANIFEST, config)
        .getBytes(UTF_8);
  }
}
