package dev.multiarch.assembly;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Json;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The word that a build leaves for the next one: what it followed from, and what it made. If both
 * are still so, there is nothing to build. What it says is never believed without a look at the
 * files that it speaks of; it may be lost at any time.
 *
 * @param inputs all that the build followed from, but the base's registry
 * @param begin when the build began; see {@code FileStates}
 * @param summary what was built
 * @param contents what the layout holds of it
 */
public record BuildStamp(
    Digest inputs, Instant begin, ImageSummary summary, List<Descriptor> contents) {

  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";
  private static final String BEGIN = "begin";
  private static final String CONTENTS = "contents";

  /** Whether there is any word of an earlier build. */
  public static boolean isLeft(Workspace workspace) {
    return Files.exists(workspace.stampFile());
  }

  /**
   * Finds the word of the last build.
   *
   * @return empty if there is none, or not all of what was built is as it was left
   */
  public static Optional<BuildStamp> find(Workspace workspace) {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(workspace.stampFile()));
      Optional<ImageSummary> summary = workspace.summary();
      if (summary.isEmpty()
          || !Json.requiredText(json, OUTPUTS)
              .equals(outputs(workspace, summary.get()).toString())) {
        return Optional.empty();
      }
      Optional<Long> begin = Json.number(json, BEGIN);
      if (begin.isEmpty()) {
        return Optional.empty();
      }
      List<Descriptor> contents = Descriptor.parseAll(json, CONTENTS);
      LayoutStore layout = workspace.layout();
      for (Descriptor one : contents) {
        if (layout.blobs().find(one).isEmpty()) {
          return Optional.empty();
        }
      }
      return Optional.of(
          new BuildStamp(
              Digest.parse(Json.requiredText(json, INPUTS)),
              Instant.ofEpochMilli(begin.get()),
              summary.get(),
              contents));
    } catch (IOException | IllegalArgumentException e) {
      // Missing or damaged: the build is made, and leaves another.
      return Optional.empty();
    }
  }

  /**
   * Leaves word of a build that is complete.
   *
   * @param begin when the build began, to the millisecond
   * @param index of the platforms that were built
   */
  public static void leave(
      Workspace workspace, Digest inputs, Instant begin, ImageSummary summary, Document index)
      throws IOException {
    LayoutStore layout = workspace.layout();
    JsonObject json = Json.object();
    json.addProperty(INPUTS, inputs.toString());
    json.addProperty(OUTPUTS, outputs(workspace, summary).toString());
    json.addProperty(BEGIN, begin.toEpochMilli());
    JsonArray contents = Json.putArray(json, CONTENTS);
    contents.add(index.descriptor().json());
    for (Descriptor child : index.documents()) {
      contents.add(child.json());
      Document manifest = layout.document(child.digest().toString()).orElseThrow();
      for (Descriptor blob : manifest.blobs()) {
        // A sparse layout lacks the base's.
        if (layout.blobs().find(blob).isPresent()) {
          contents.add(blob.json());
        }
      }
    }
    WholeFile.write(workspace.stampFile(), Json.compact(json));
  }

  /** Takes back the word, since what it speaks of is about to change. */
  public static void forget(Workspace workspace) throws IOException {
    Files.deleteIfExists(workspace.stampFile());
  }

  /** The small files that a build writes, whether its image was published since or not. */
  private static Digest outputs(Workspace workspace, ImageSummary summary) throws IOException {
    MessageDigest hash = Digest.sha256();
    hash.update(Json.compact(summary.asUnpublished().toJson()));
    hash.update(Files.readAllBytes(workspace.layout().indexFile()));
    for (ImageSummary.Built built : summary.platforms()) {
      Path record = workspace.recordFile(built.platform());
      hash.update(Files.readAllBytes(record));
    }
    return Digest.of(hash);
  }
}
