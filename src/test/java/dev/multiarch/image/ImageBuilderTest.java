package dev.multiarch.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.MediaType;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.testing.Plans;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageBuilderTest {

  private static final Platform AMD64 = Platform.parse("linux/amd64");
  private static final Platform ARM64 = Platform.parse("linux/arm64");

  @TempDir Path folder;
  private final Parallel parallel = new Parallel(4);
  private LayoutStore target;
  private LayoutStore base;
  private RandomImages images;

  @BeforeEach
  void open() {
    target = new LayoutStore(folder.resolve("target"));
    base = new LayoutStore(folder.resolve("base"));
    images = new RandomImages(5, base);
  }

  @AfterEach
  void close() {
    parallel.close();
  }

  @Test
  void filesForAllAreSharedAndFilesForOneAreNot() throws IOException {
    FileSet shared = files(write("shared.txt", "s"), "/shared.txt");
    FileSet amd = files(write("amd", "a"), "/bin/tool", AMD64);
    FileSet arm = files(write("arm", "b"), "/bin/tool", ARM64);
    BuiltImage image = build(spec(new Base.Scratch(), List.of(shared, amd, arm)));

    Manifest first = image.platforms().get(0).manifest();
    Manifest second = image.platforms().get(1).manifest();
    assertThat(first.layers()).hasSize(2);
    assertThat(first.layers().get(0)).isEqualTo(second.layers().get(0));
    assertThat(first.layers().get(1)).isNotEqualTo(second.layers().get(1));
    assertThat(target.holds(image.index().document().descriptor())).isTrue();
    assertThat(image.index().platforms()).containsExactly(AMD64, ARM64);
    assertThat(config(first).platform()).isEqualTo(AMD64);
    assertThat(config(second).platform()).isEqualTo(ARM64);
  }

  @Test
  void theSameFilesGiveTheSameDigestsWhereverAndWheneverTheyLie() throws IOException {
    List<Digest> digests = new ArrayList<>();
    for (String place : List.of("one", "two/deeper")) {
      Path tree = Files.createDirectories(folder.resolve(place));
      List<String> names = new ArrayList<>(List.of("b", "a", "c/d", "c/e"));
      if (place.equals("one")) {
        java.util.Collections.reverse(names);
      }
      for (String name : names) {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(place.length() * 999)));
        // As umask 022 and umask 077 would leave them.
        Files.setPosixFilePermissions(
            file, PosixFilePermissions.fromString(place.equals("one") ? "rwxr-xr-x" : "rwx------"));
      }
      LayoutStore cache = new LayoutStore(folder.resolve("cache-" + place.length()));
      digests.add(
          new ImageBuilder(r -> null, cache, new SeenFiles(), parallel, false)
              .build(plan(spec(new Base.Scratch(), List.of(files(tree, "/app")))), target)
              .index()
              .document()
              .digest());
    }
    assertThat(digests.get(0)).isEqualTo(digests.get(1));
  }

  @Test
  void theBasesLayersKeepBytesAndCompressionAndItsFieldsSurvive() throws IOException {
    List<Descriptor> layers =
        List.of(
            images.blob(MediaType.OCI_LAYER + "+zstd", 500),
            images.blob(MediaType.OCI_LAYER, 600),
            images.blob(MediaType.DOCKER_LAYER + ".gzip", 700));
    ImageConfig config =
        ImageConfig.parse(
            ("{\"architecture\":\"arm64\",\"variant\":\"v8\",\"os\":\"linux\",\"x-own\":[1],"
                    + "\"config\":{\"StopSignal\":\"SIGINT\",\"Shell\":[\"bash\"],\"OnBuild\":[\"o\"]},"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\",\"%s\",\"%s\"]}}")
                .formatted(Digest.of("1"), Digest.of("2"), Digest.of("3"))
                .getBytes(UTF_8));
    Manifest manifest = images.manifest(config, layers);
    base.tag(manifest.document(), "1");

    ImageSpec spec =
        spec(layout(), List.of(files(write("f", "x"), "/f")), List.of(ARM64), Format.OCI);
    Manifest built = build(spec).platforms().get(0).manifest();
    assertThat(built.layers().stream().limit(3).map(Descriptor::digest))
        .isEqualTo(layers.stream().map(Descriptor::digest).toList());
    assertThat(built.layers())
        .extracting(Descriptor::mediaType)
        .containsExactly(
            MediaType.OCI_LAYER + "+zstd",
            MediaType.OCI_LAYER,
            MediaType.OCI_LAYER + "+gzip",
            MediaType.OCI_LAYER + "+gzip");
    assertThat(config(built).toString())
        .contains("\"variant\":\"v8\"", "\"x-own\":[1]", "\"Shell\":[\"bash\"]")
        .contains("\"OnBuild\":[\"o\"]", "\"StopSignal\":\"SIGINT\"");
    assertThat(built.annotations())
        .containsEntry(Manifest.BASE_DIGEST, manifest.document().digest().toString())
        .doesNotContainKey(Manifest.BASE_NAME);
    assertThat(config(built).layerComments()).hasSize(4).last().isEqualTo("files");
  }

  @Test
  void oneFamilyOfMediaTypesIsNeverMixedWithTheOther() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64");
    base.tag(index.document(), "1");
    BuiltImage built =
        build(
            spec(
                layout(),
                List.of(files(write("f", "x"), "/f")),
                List.of(AMD64, ARM64),
                Format.DOCKER));
    assertThat(built.index().document().mediaType()).isEqualTo(MediaType.DOCKER_LIST);
    for (var platform : built.platforms()) {
      Manifest manifest = platform.manifest();
      assertThat(Stream.concat(Stream.of(manifest.config()), manifest.layers().stream()))
          .extracting(Descriptor::mediaType)
          .allMatch(type -> type.startsWith("application/vnd.docker."));
      assertThat(config(manifest).labels())
          .containsEntry(Manifest.BASE_DIGEST, index.document().digest().toString());
    }
  }

  @Test
  void whatDockersFormatCannotSayIsRefused() throws IOException {
    Descriptor zstd = images.blob(MediaType.OCI_LAYER + "+zstd", 500);
    base.tag(images.manifest("linux/amd64", List.of(zstd)).document(), "1");
    ImageSpec spec =
        spec(layout(), List.of(files(write("f", "x"), "/f")), List.of(AMD64), Format.DOCKER);
    assertThatThrownBy(() -> build(spec))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zstd");
    assertThat(target.root()).doesNotExist();
  }

  @Test
  void aBaseThatLacksAPlatformSaysWhichItHas() throws IOException {
    base.tag(images.index("linux/amd64", "linux/s390x").document(), "1");
    assertThatThrownBy(() -> build(spec(layout(), List.of(files(write("f", "x"), "/f")))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("linux/arm64")
        .hasMessageContaining("linux/amd64, linux/s390x");
    assertThat(target.root()).doesNotExist();
  }

  @Test
  void aBaseThatIsMislabelledIsRefused() throws IOException {
    Manifest wrong = images.manifest("linux/amd64", List.of());
    Index index =
        Index.create(Format.OCI, List.of(wrong.document().descriptor().withPlatform(ARM64)));
    base.tag(index.document(), "1");
    assertThatThrownBy(
            () ->
                build(
                    spec(
                        layout(),
                        List.of(files(write("f", "x"), "/f")),
                        List.of(ARM64),
                        Format.OCI)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("mislabelled");
  }

  @Test
  void aBaseThatIsNotThereIsNamedWithWhatIs() throws IOException {
    base.tag(images.index("linux/amd64").document(), "1");
    base.tag(images.index("linux/amd64").document(), "2");
    Base other = new Base.Layout(base.root(), Optional.of("3"));
    List<FileSet> files = List.of(files(write("f", "x"), "/f"));
    assertThatThrownBy(() -> build(spec(other, files))).hasMessageContaining("1, 2");
    Base unnamed = new Base.Layout(base.root(), Optional.empty());
    assertThatThrownBy(() -> build(spec(unnamed, files))).hasMessageContaining("1, 2");
    Base nothing = new Base.Layout(folder.resolve("no"), Optional.empty());
    assertThatThrownBy(() -> build(spec(nothing, files))).hasMessageContaining("not an OCI image");
  }

  @Test
  void allMistakesAreSaidAtOnceAndNothingIsWritten() throws IOException {
    Path one = write("one", "1");
    Path two = write("two", "2");
    List<FileSet> files =
        List.of(
            files(folder.resolve("missing"), "/m"),
            files(one, "relative"),
            files(one, "/same"),
            files(two, "/same"));
    assertThatThrownBy(() -> build(spec(new Base.Scratch(), files)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("3 mistakes")
        .hasMessageContaining("missing")
        .hasMessageContaining("relative")
        .hasMessageContaining("/same");
    assertThat(target.root()).doesNotExist();
  }

  @Test
  void aFileIsNoFolderAndHasOneMode() throws IOException {
    Path one = write("one", "1");
    List<FileSet> files = List.of(files(one, "/x"), files(one, "/x/y"));
    assertThatThrownBy(() -> build(spec(new Base.Scratch(), files)))
        .hasMessageContaining("/x/y lies in /x, which is no folder");
    FileSet executable =
        new FileSet(one, "/x", Optional.of(0755), Owner.ROOT, List.of(), List.of(), Set.of());
    List<FileSet> modes = List.of(files(one, "/x"), executable);
    assertThatThrownBy(() -> build(spec(new Base.Scratch(), modes)))
        .hasMessageContaining("(644, 0:0)")
        .hasMessageContaining("(755, 0:0)");
  }

  @Test
  void aFolderKeepsItsOwnerUnderTheFilesOfOnePlatform() throws IOException {
    write("data/shared", "s");
    FileSet owned =
        new FileSet(
            folder.resolve("data"),
            "/data",
            Optional.empty(),
            new Owner(7, 8),
            List.of(),
            List.of(),
            Set.of());
    Path own = write("own", "o");
    ImageSpec spec = spec(new Base.Scratch(), List.of(owned, files(own, "/data/own", AMD64)));
    Content content = plan(spec).content();
    assertThat(content.of(AMD64))
        .hasSize(2)
        .allSatisfy(
            layer ->
                assertThat(layer.entries())
                    .anyMatch(e -> e.path().equals("/data") && e.owner().equals(new Owner(7, 8))));
  }

  /** Other jobs make what is for their platforms, on other machines. */
  @Test
  void aRunNeedsTheFilesOfItsOwnPlatformsOnly() throws IOException {
    FileSet shared = files(write("shared", "s"), "/app/shared");
    FileSet own = files(write("amd", "a"), "/app/bin", AMD64);
    write("arm/bin", "b");
    FileSet other =
        new FileSet(
            folder.resolve("arm"),
            "/app",
            Optional.empty(),
            new Owner(7, 8),
            List.of(),
            List.of(),
            Set.of(ARM64));
    Content whole = plan(spec(new Base.Scratch(), List.of(shared, own, other))).content();
    Files.move(folder.resolve("arm"), folder.resolve("elsewhere"));
    ImageSpec part =
        new ImageSpec(
            new Base.Scratch(),
            List.of(AMD64, ARM64),
            List.of(AMD64),
            Optional.empty(),
            List.of(shared, own, other),
            ContainerSettings.NONE,
            Format.OCI,
            Instant.EPOCH);
    assertThat(plan(part).content().of(AMD64))
        .extracting(LayerPlan::entries)
        .isEqualTo(whole.of(AMD64).stream().map(LayerPlan::entries).toList());
    assertThat(whole.of(ARM64).get(0)).isSameAs(whole.of(AMD64).get(0));
  }

  @Test
  void aBaseThatIsNoImageIsNamed() throws IOException {
    base.tag(
        dev.multiarch.oci.Document.parse(
            MediaType.OCI_INDEX,
            "{\"manifests\":[{\"mediaType\":\"x\",\"size\":1,\"digest\":\"sha256:zz\"}]}"
                .getBytes(UTF_8)),
        "1");
    assertThatThrownBy(() -> build(spec(layout(), List.of(files(write("f", "x"), "/f")))))
        .isInstanceOf(dev.multiarch.store.StoreException.class)
        .hasMessageContaining("the base oci:" + base.root() + ":1 is not a usable image");
  }

  @Test
  void oneFileTwiceIsNoConflict() throws IOException {
    Path one = write("one", "same");
    Path two = write("two", "same");
    BuiltImage image =
        build(spec(new Base.Scratch(), List.of(files(one, "/f"), files(two, "/f", AMD64))));
    assertThat(image.platforms()).hasSize(2);
  }

  @Test
  void aProgramsClassPathIsWrittenOutInItsOwnOrder() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Files.writeString(classes.resolve("application.properties"), "a=b");
    Path main = compile(classes, "demo/Main", "public static void main(String[] a) {}");
    assertThat(main).exists();
    Application application =
        new Application(
            classes,
            List.of(
                new Dependency(write("libs/zeta.jar", "z"), Kind.RELEASE),
                new Dependency(write("libs/core-SNAPSHOT.jar", "c"), Kind.SNAPSHOT),
                new Dependency(write("libs/alpha.jar", "a"), Kind.RELEASE),
                new Dependency(write("libs/module.jar", "m"), Kind.PROJECT)),
            Optional.empty(),
            List.of("-Xss1m"),
            "/app");
    BuiltImage image = build(spec(application));
    assertThat(image.shared())
        .extracting(dev.multiarch.layer.Layer::name)
        .containsExactly(
            "dependencies",
            "snapshot dependencies",
            "project dependencies",
            "resources",
            "classes");
    assertThat(config(image.platforms().get(0).manifest()).entrypoint())
        .containsExactly(
            "java",
            "-Xss1m",
            "-cp",
            "/app/resources:/app/classes:/app/libs/zeta.jar:/app/libs/core-SNAPSHOT.jar"
                + ":/app/libs/alpha.jar:/app/libs/module.jar",
            "demo.Main");
  }

  @Test
  void aMainClassMustBeTheOnlyOne() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(classes, "demo/Library", "");
    Application none = new Application(classes, List.of(), Optional.empty(), List.of(), "/app");
    assertThatThrownBy(() -> build(spec(none))).hasMessageContaining("has a main method");

    compile(classes, "demo/One", "public static void main(String[] a) {}");
    compile(classes, "demo/Two", "public static void main(String[] a) {}");
    assertThatThrownBy(() -> build(spec(none))).hasMessageContaining("demo.One, demo.Two");
    Application words =
        new Application(classes, List.of(), Optional.of("not a class"), List.of(), "/app");
    assertThatThrownBy(() -> build(spec(words)))
        .hasMessageContaining("container.mainClass: 'not a class' is not the name of a class");
    Application named =
        new Application(classes, List.of(), Optional.of("demo.Two"), List.of(), "/app");
    assertThat(config(build(spec(named)).platforms().get(0).manifest()).entrypoint())
        .last()
        .isEqualTo("demo.Two");
  }

  private BuiltImage build(ImageSpec spec) throws IOException {
    LayoutStore cache = new LayoutStore(folder.resolve("cache"));
    return new ImageBuilder(repository -> null, cache, new SeenFiles(), parallel, false)
        .build(plan(spec), target);
  }

  private ImagePlan plan(ImageSpec spec) throws IOException {
    return Plans.plan(spec, parallel);
  }

  private Base layout() {
    return new Base.Layout(base.root(), Optional.of("1"));
  }

  private static ImageSpec spec(Base from, List<FileSet> files) {
    return spec(from, files, List.of(AMD64, ARM64), Format.OCI);
  }

  private static ImageSpec spec(
      Base from, List<FileSet> files, List<Platform> platforms, Format format) {
    return new ImageSpec(
        from,
        platforms,
        platforms,
        Optional.empty(),
        files,
        ContainerSettings.NONE,
        format,
        Instant.EPOCH);
  }

  private static ImageSpec spec(Application application) {
    return new ImageSpec(
        new Base.Scratch(),
        List.of(AMD64),
        List.of(AMD64),
        Optional.of(application),
        List.of(),
        ContainerSettings.NONE,
        Format.OCI,
        Instant.EPOCH);
  }

  private static FileSet files(Path from, String to, Platform... platforms) {
    return new FileSet(
        from, to, Optional.empty(), Owner.ROOT, List.of(), List.of(), Set.of(platforms));
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Path compile(Path classes, String name, String body) throws IOException {
    Path source = classes.resolveSibling("src").resolve(name + ".java");
    Files.createDirectories(source.getParent());
    String simple = name.substring(name.lastIndexOf('/') + 1);
    Files.writeString(source, "package demo; public class " + simple + " {" + body + "}");
    int status =
        javax.tools.ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), source.toString());
    assertThat(status).isZero();
    return classes.resolve(name + ".class");
  }

  private ImageConfig config(Manifest manifest) throws IOException {
    try (var in = target.blob(manifest.config()).open()) {
      return ImageConfig.parse(in.readAllBytes());
    }
  }
}
