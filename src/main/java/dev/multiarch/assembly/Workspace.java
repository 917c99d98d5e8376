package dev.multiarch.assembly;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that one image's goals share, under {@code target/multiarch}. They are part of what
 * users rely on; docs/files.md describes them.
 */
public final class Workspace {

  /** The id of the only image of most modules. */
  public static final String DEFAULT_ID = "image";

  private final Path root;
  private final String imageId;

  /**
   * @param root {@code target/multiarch}
   * @param imageId which of the module's images
   */
  public Workspace(Path root, String imageId) {
    this.root = root;
    this.imageId = imageId;
  }

  /** Where all of it lies. */
  public Path root() {
    return root;
  }

  /** The layout that holds the module's images. */
  public LayoutStore layout() {
    return new LayoutStore(root.resolve("oci"));
  }

  private Path records() {
    return root.resolve("records");
  }

  /** Where a build says what it made, and a run that assembles what it published. */
  public Path summaryFile() {
    return root.resolve(imageId.equals(DEFAULT_ID) ? "image.json" : "image-" + imageId + ".json");
  }

  /** Whether there is word of an image, built or published. */
  public boolean isDescribed() {
    return Files.exists(summaryFile());
  }

  /** What the last build made; empty if there was none, or what it made was replaced since. */
  public Optional<ImageSummary> summary() throws IOException {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(summaryFile()));
      return AssembledImage.is(json) ? Optional.empty() : Optional.of(ImageSummary.parse(json));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          summaryFile() + " cannot be read: " + e.getMessage() + "; build the image again", e);
    }
  }

  /** Keeps what a build made. */
  public void write(ImageSummary summary) throws IOException {
    WholeFile.write(summaryFile(), Json.pretty(summary.toJson()));
  }

  /**
   * Keeps what was published and not built here. What a build made is nothing to go on with then:
   * scripts would take its digest for that of the image.
   */
  public void write(AssembledImage image) throws IOException {
    WholeFile.write(summaryFile(), Json.pretty(image.toJson()));
  }

  /** The records of the last build, in the order of their platforms. */
  public List<DigestRecord> readRecords() throws IOException {
    List<DigestRecord> ours = new ArrayList<>();
    for (DigestRecord record : RecordDirectory.read(records())) {
      if (record.imageId().equals(imageId)) {
        ours.add(record);
      }
    }
    return ours;
  }

  /**
   * Keeps the records of a build, and no others of this image.
   *
   * @return the file of each, in their order
   */
  public List<Path> writeRecords(List<DigestRecord> all) throws IOException {
    List<Path> files = new ArrayList<>();
    for (DigestRecord one : all) {
      Path file = recordFile(one.platform());
      WholeFile.write(file, Json.pretty(one.toJson()));
      files.add(file);
    }
    try (DirectoryStream<Path> there = Files.newDirectoryStream(records())) {
      for (Path file : there) {
        if (!files.contains(file) && isOurs(file)) {
          Files.delete(file);
        }
      }
    }
    return files;
  }

  private boolean isOurs(Path file) {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      return Json.text(json, "image").filter(imageId::equals).isPresent();
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The record of a platform. */
  public Path recordFile(Platform platform) {
    return records().resolve(fileName(platform));
  }

  /** Where the last build left word of what it followed from. */
  Path stampFile() {
    return root.resolve("." + imageId + ".stamp");
  }

  /** Where a build keeps what it has found out of the program, for the next one. */
  public Path memoFile() {
    return root.resolve("." + imageId + ".memo");
  }

  private String fileName(Platform platform) {
    return imageId + "-" + platform.dashed() + ".json";
  }

  /** The classifier by which Maven attaches the record of a platform. */
  public String classifier(Platform platform) {
    String prefix = imageId.equals(DEFAULT_ID) ? "image-" : "image-" + imageId + "-";
    return prefix + platform.dashed();
  }
}
