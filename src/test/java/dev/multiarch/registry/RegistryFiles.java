package dev.multiarch.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.MediaType;
import dev.multiarch.store.Blob;
import dev.multiarch.store.VerifyingStream;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Random;

/** Blobs and documents to send. */
final class RegistryFiles {

  private RegistryFiles() {}

  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static Blob blob(byte[] bytes) {
    return blob(Descriptor.of("a/b", Digest.of(bytes), bytes.length), bytes);
  }

  /** A blob that may be damaged. */
  static Blob blob(Descriptor descriptor, byte[] bytes) {
    return new Blob() {
      @Override
      public Descriptor descriptor() {
        return descriptor;
      }

      @Override
      public InputStream open() {
        return new VerifyingStream(new ByteArrayInputStream(bytes), descriptor, "the test");
      }
    };
  }

  static Document document(String note) {
    return Document.parse(
        MediaType.OCI_INDEX,
        "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"a\":\"%s\"}}"
            .formatted(note)
            .getBytes(UTF_8));
  }
}
