package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.assembly.Assembly;
import dev.multiarch.assembly.Coordinates;
import dev.multiarch.assembly.Expectation;
import dev.multiarch.assembly.HandOver;
import dev.multiarch.assembly.HandOverSource;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Copier;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the plugin does with a registry, from the first request to the last. */
enum Flow {
  /** An image comes into an empty layout. */
  BASE_PULL {
    @Override
    void prepare(FakeRegistry registry, Images images) throws IOException {
      images.fill(registry, "base", images.old());
      registry.putTag("base", "1", images.old().document().digest().toString());
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      Store base = registries.repository(registry.host(), "base");
      Descriptor index =
          base.resolve("1").orElseThrow(() -> new StoreException("no base", "Look."));
      new Copier(base, new LayoutStore(folder), p).copy(index);
    }

    @Override
    void check(FakeRegistry registry, Images images, Path folder) throws IOException {
      assertThat(new LayoutStore(folder).holds(images.old().document().descriptor())).isTrue();
    }
  },
  /** An image goes into an empty repository. */
  FIRST_PUSH {
    @Override
    void prepare(FakeRegistry registry, Images images) {}

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      push(registries.repository(registry.host(), "app"), images, p);
    }
  },
  /** An image replaces one with which it shares a layer. */
  SECOND_PUSH {
    @Override
    void prepare(FakeRegistry registry, Images images) throws IOException {
      images.fill(registry, "app", images.old());
      registry.putTag("app", "1", images.old().document().digest().toString());
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      push(registries.repository(registry.host(), "app"), images, p);
    }
  },
  /** The same, by one who reads the old image before. */
  REPLACEMENT {
    @Override
    void prepare(FakeRegistry registry, Images images) throws IOException {
      SECOND_PUSH.prepare(registry, images);
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      Store app = registries.repository(registry.host(), "app");
      Copier copier = new Copier(images.layout(), app, p);
      Optional<Document> old = app.document(TAG);
      if (old.isPresent()) {
        copier.replace(
            old.get().descriptor(), child -> true, images.fresh(), images.current().manifests());
      } else {
        copier.copy(images.current().manifests());
      }
      tag(app, images);
    }
  },
  /** An image of which a sister repository holds some blobs. */
  MOUNT {
    @Override
    void prepare(FakeRegistry registry, Images images) throws IOException {
      images.fill(registry, "base", images.old());
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      Store app = registries.repository(registry.host(), "app");
      Blob.Mountable base = new Blob.Mountable(registry.host(), "base");
      new Copier(
              images.layout(),
              app,
              p,
              blob ->
                  images.isOld(blob)
                      ? images.layout().blob(blob).alsoIn(base)
                      : images.layout().blob(blob))
          .copy(images.current().manifests());
      tag(app, images);
    }
  },
  /** The same, where every mount opens an upload instead. */
  MOUNT_REFUSED {
    @Override
    void prepare(FakeRegistry registry, Images images) throws IOException {
      registry.options().mounts(false);
      MOUNT.prepare(registry, images);
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      MOUNT.run(registries, registry, images, folder, p);
    }
  },
  /** The platforms are there under hand-over tags; the index is made of them and tagged. */
  ASSEMBLE {
    @Override
    void prepare(FakeRegistry registry, Images images) throws IOException {
      SECOND_PUSH.prepare(registry, images);
      images.fill(registry, "app", images.current());
      registry.delete("app", images.current().document().digest().toString());
      for (Descriptor child : images.current().manifests()) {
        String tag = HAND_OVER.tag(child.platform().orElseThrow());
        registry.putTag("app", tag, child.digest().toString());
      }
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      Store app = registries.repository(registry.host(), "app");
      Assembly assembly = new Assembly(app, new TagWriter(app, attempt -> false, false));
      Expectation expectation =
          new Expectation(
              "image",
              new Coordinates("com.acme", "app", "1"),
              "app",
              images.current().platforms(),
              Optional.of(HAND_OVER.revision()),
              Set.of());
      assembly.publish(
          assembly.check(
              expectation,
              new HandOverSource(app, HAND_OVER, p),
              List.of(TAG),
              Optional.empty(),
              Optional.empty()));
    }
  },
  /** The blobs are cut into pieces. */
  CHUNKED_UPLOAD {
    @Override
    void prepare(FakeRegistry registry, Images images) {
      registry.options().chunkMinLength(500).locationQuery(true);
    }

    @Override
    void run(Registries registries, FakeRegistry registry, Images images, Path folder, Parallel p)
        throws IOException {
      push(registries.repository(registry.host(), "app"), images, p);
    }
  };

  static final String TAG = "1";
  private static final HandOver HAND_OVER = new HandOver(TAG, "abc");

  abstract void prepare(FakeRegistry registry, Images images) throws IOException;

  /**
   * @param folder of nothing but this run and the one after it
   */
  abstract void run(
      Registries registries, FakeRegistry registry, Images images, Path folder, Parallel parallel)
      throws IOException;

  /** Whether everything is where it should be, with the right bytes. */
  void check(FakeRegistry registry, Images images, Path folder) throws IOException {
    assertThat(registry.tag("app", TAG)).contains(images.current().document().digest().toString());
    images.assertComplete(registry, "app", images.current());
  }

  RegistryOptions tuned(RegistryOptions options) {
    return this == CHUNKED_UPLOAD
        ? options.withChunks(new RegistryOptions.Chunks(1500, 700))
        : options;
  }

  /** The platforms by digest; the index goes with the tag. */
  private static void push(Store app, Images images, Parallel parallel) throws IOException {
    new Copier(images.layout(), app, parallel).copy(images.current().manifests());
    tag(app, images);
  }

  /** As assembling does it: look at the old, move, read back. */
  private static void tag(Store app, Images images) throws IOException {
    Document index = images.current().document();
    if (app.resolve(TAG).map(old -> old.digest().equals(index.digest())).orElse(false)) {
      return;
    }
    app.tag(index, TAG);
    Optional<Document> back = app.document(TAG);
    if (back.isEmpty() || !back.get().digest().equals(index.digest())) {
      throw new StoreException("the tag reads back as another", "Look.");
    }
  }

  /** Two versions of an image in a layout; they share a layer. */
  record Images(LayoutStore layout, Index old, Index current) {

    static Images in(Path folder) throws IOException {
      LayoutStore layout = new LayoutStore(folder);
      RandomImages random = new RandomImages(7, layout);
      Descriptor shared = random.blob(Format.OCI.layer(), 900);
      return new Images(layout, index(layout, random, shared), index(layout, random, shared));
    }

    private static Index index(LayoutStore layout, RandomImages random, Descriptor shared)
        throws IOException {
      List<Descriptor> children = new ArrayList<>();
      Descriptor own = random.blob(Format.OCI.layer(), 2000);
      for (String platform : List.of("linux/amd64", "linux/arm64")) {
        children.add(
            random
                .manifest(platform, List.of(shared, own))
                .document()
                .descriptor()
                .withPlatform(Platform.parse(platform)));
      }
      Index index = Index.create(Format.OCI, children);
      layout.put(index.document());
      return index;
    }

    boolean isOld(Descriptor blob) throws IOException {
      return blobs(old).anyMatch(b -> b.digest().equals(blob.digest()));
    }

    Set<Digest> fresh() throws IOException {
      Set<Digest> fresh = new HashSet<>();
      for (Descriptor blob : blobs(current).toList()) {
        if (!isOld(blob)) {
          fresh.add(blob.digest());
        }
      }
      return fresh;
    }

    private Stream<Descriptor> blobs(Index index) throws IOException {
      List<Descriptor> all = new ArrayList<>();
      for (Descriptor child : index.manifests()) {
        all.addAll(layout.document(child.digest().toString()).orElseThrow().blobs());
      }
      return all.stream();
    }

    /** Puts an image into the registry, behind its back. */
    void fill(FakeRegistry registry, String repository, Index index) throws IOException {
      for (Descriptor blob : blobs(index).toList()) {
        registry.putBlob(repository, Files.readAllBytes(layout.blobs().path(blob.digest())));
      }
      for (Descriptor child : index.manifests()) {
        put(registry, repository, layout.document(child.digest().toString()).orElseThrow());
      }
      put(registry, repository, index.document());
    }

    private static void put(FakeRegistry registry, String repository, Document document) {
      registry.putManifest(repository, document.mediaType(), document.bytes());
    }

    void assertComplete(FakeRegistry registry, String repository, Index index) throws IOException {
      assertThat(registry.hasManifest(repository, index.document().digest().toString())).isTrue();
      for (Descriptor child : index.manifests()) {
        assertThat(registry.hasManifest(repository, child.digest().toString())).isTrue();
      }
      for (Descriptor blob : blobs(index).toList()) {
        assertThat(registry.blob(repository, blob.digest().toString()))
            .hasValueSatisfying(bytes -> assertThat(Digest.of(bytes)).isEqualTo(blob.digest()));
      }
    }
  }
}
