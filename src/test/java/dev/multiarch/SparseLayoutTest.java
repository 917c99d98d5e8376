package dev.multiarch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.assembly.BaseLayers;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.ImageSummary.Built;
import dev.multiarch.assembly.PlatformPusher;
import dev.multiarch.assembly.PlatformPusher.Report;
import dev.multiarch.image.Base;
import dev.multiarch.image.BuiltImage;
import dev.multiarch.image.ContainerSettings;
import dev.multiarch.image.FileSet;
import dev.multiarch.image.ImageBuilder;
import dev.multiarch.image.ImagePlan;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.image.LayoutContent;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.oci.Reference;
import dev.multiarch.registry.Registries;
import dev.multiarch.registry.RegistryOptions;
import dev.multiarch.store.Copier;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Kind;
import dev.multiarch.testing.Plans;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sparse layout leaves the base's layers where they are, and what is pushed is the same. */
@Timeout(30)
class SparseLayoutTest {

  private static final List<Platform> PLATFORMS =
      List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"));

  @TempDir Path folder;
  private final FakeRegistry bases = FakeRegistry.start();
  private final FakeRegistry other = FakeRegistry.start();
  private final Registries registries = new Registries(RegistryOptions.defaults());
  private final Parallel parallel = new Parallel(4);
  private LayoutStore target;
  private LayoutStore cache;
  private Index base;

  @BeforeEach
  void publishBase() throws IOException {
    target = new LayoutStore(folder.resolve("target"));
    cache = new LayoutStore(folder.resolve("cache"));
    LayoutStore source = new LayoutStore(folder.resolve("base"));
    base = new RandomImages(7, source).index("linux/amd64", "linux/arm64");
    Store store = registries.repository(bases.host(), "bases/jre");
    new Copier(source, store, parallel).copy(base.document().descriptor());
    store.tag(base.document(), "17");
    bases.exchanges().clear();
  }

  @AfterEach
  void close() {
    parallel.close();
    registries.close();
    bases.close();
    other.close();
  }

  @Test
  void aBuildReadsDocumentsOnly() throws IOException {
    BuiltImage image = build(LayoutContent.SPARSE);
    Manifest manifest = image.platforms().get(0).manifest();
    List<Descriptor> layers = manifest.layers();
    assertThat(layers).hasSize(3);
    assertThat(target.blobs().find(layers.get(0))).isEmpty();
    assertThat(target.blobs().find(layers.get(1))).isEmpty();
    assertThat(target.blobs().find(layers.get(2))).isPresent();
    assertThat(target.blobs().find(manifest.config())).isPresent();
    assertThat(bases.exchanges().of(Kind.BLOB_GET)).hasSize(2);
  }

  @Test
  void theImageIsTheOneOfACompleteLayout() throws IOException {
    BuiltImage sparse = build(LayoutContent.SPARSE);
    BuiltImage complete = build(LayoutContent.COMPLETE);
    assertThat(sparse.index().document()).isEqualTo(complete.index().document());
  }

  @Test
  void aPushIntoTheRegistryOfTheBaseMountsItsLayers() throws IOException {
    BuiltImage image = build(LayoutContent.SPARSE);
    bases.exchanges().clear();
    List<Report> reports = push(image, new Repository.Remote(bases.host(), "app"));
    assertThat(reports).extracting(Report::mounted).containsExactly(2, 1);
    assertThat(bases.exchanges().of(Kind.BLOB_GET)).isEmpty();
    assertPublished(image, bases);
  }

  @Test
  void aPushIntoAnotherRegistryStreamsThemWithoutAFile() throws IOException {
    BuiltImage image = build(LayoutContent.SPARSE);
    push(image, new Repository.Remote(other.host(), "app"));
    assertPublished(image, other);
    for (Built built : summary(image).platforms()) {
      Manifest manifest =
          Manifest.of(target.document(built.manifest().digest().toString()).orElseThrow());
      Descriptor layer = manifest.layers().get(0);
      assertThat(target.blobs().find(layer)).isEmpty();
      assertThat(cache.blobs().find(layer)).isEmpty();
    }
  }

  @Test
  void aFolderIsCompletedFromTheBase() throws IOException {
    BuiltImage image = build(LayoutContent.SPARSE);
    Path place = folder.resolve("published");
    push(image, new Repository.Layout(place));
    LayoutStore published = new LayoutStore(place);
    for (Built built : summary(image).platforms()) {
      assertThat(published.holds(built.manifest())).isTrue();
    }
  }

  @Test
  void aLayerThatLiesInTheCacheIsNotReadFromTheRegistry() throws IOException {
    build(LayoutContent.COMPLETE);
    target = new LayoutStore(folder.resolve("later"));
    BuiltImage image = build(LayoutContent.SPARSE);
    bases.exchanges().clear();
    push(image, new Repository.Remote(other.host(), "app"));
    assertThat(bases.exchanges().of(Kind.BLOB_GET)).isEmpty();
    assertPublished(image, other);
  }

  @Test
  void aLayerThatIsGoneMeanwhileIsNamedWithWhatToDo() throws IOException {
    BuiltImage image = build(LayoutContent.SPARSE);
    Descriptor layer = image.platforms().get(0).manifest().layers().get(1);
    bases.delete("bases/jre", layer.digest().toString());
    assertThatThrownBy(() -> push(image, new Repository.Remote(other.host(), "app")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("bases/jre")
        .hasMessageContaining(layer.digest().toString())
        .extracting(e -> ((StoreException) e).remedy())
        .asString()
        .contains("-Dmultiarch.layout=complete");
    assertThat(other.openUploads()).isZero();
  }

  @Test
  void withoutARegistryToAskTheRemedyIsSaid() throws IOException {
    BuiltImage image = build(LayoutContent.SPARSE);
    Store store = registries.repository(other.host(), "app");
    PlatformPusher pusher =
        new PlatformPusher(target, new BaseLayers(cache, Optional.empty()), store, parallel);
    assertThatThrownBy(() -> pusher.push(summary(image), Optional.empty(), Optional.empty()))
        .hasMessageContaining("is not on this machine");
  }

  private BuiltImage build(LayoutContent content) throws IOException {
    Path file = Files.writeString(folder.resolve("own.txt"), "own");
    ImageSpec spec =
        new ImageSpec(
            new Base.Remote(Reference.parse(bases.host() + "/bases/jre:17")),
            PLATFORMS,
            PLATFORMS,
            Optional.empty(),
            List.of(
                new FileSet(
                    file,
                    "/own.txt",
                    Optional.empty(),
                    Owner.ROOT,
                    List.of(),
                    List.of(),
                    Set.of())),
            ContainerSettings.NONE,
            Format.OCI,
            Instant.EPOCH);
    ImagePlan plan = Plans.plan(spec, parallel);
    return new ImageBuilder(this::open, cache, new SeenFiles(), parallel, false)
        .build(plan, target, content);
  }

  private Store open(Repository repository) {
    return repository instanceof Repository.Remote remote
        ? registries.repository(remote.registry(), remote.path())
        : new LayoutStore(((Repository.Layout) repository).folder());
  }

  private List<Report> push(BuiltImage image, Repository destination) throws IOException {
    Store store = registries.repository(bases.host(), "bases/jre");
    BaseLayers layers = new BaseLayers(cache, Optional.of(store));
    return new PlatformPusher(target, layers, open(destination), parallel)
        .push(summary(image), image.baseRepository(), Optional.empty());
  }

  private static ImageSummary summary(BuiltImage image) {
    return new ImageSummary(
        "app",
        List.of("1"),
        Optional.of(image.index().document().descriptor()),
        Instant.EPOCH.toString(),
        image.baseName(),
        image.baseDigest().map(Object::toString),
        Optional.empty(),
        Optional.empty(),
        image.platforms().stream()
            .map(
                one ->
                    new Built(
                        one.platform(),
                        one.manifest().document().descriptor(),
                        one.size(),
                        one.baseLayers()))
            .toList(),
        false);
  }

  private static void assertPublished(BuiltImage image, FakeRegistry registry) {
    for (BuiltImage.PlatformImage one : image.platforms()) {
      assertThat(registry.hasManifest("app", one.manifest().document().digest().toString()))
          .isTrue();
      one.manifest()
          .layers()
          .forEach(l -> assertThat(registry.hasBlob("app", l.digest().toString())).isTrue());
    }
  }
}
