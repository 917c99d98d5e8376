package dev.multiarch.ci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Platform;
import java.util.List;
import java.util.Optional;

/**
 * One cell of the matrix.
 *
 * @param id unique among the jobs, and good in names of files and caches
 * @param module the only module whose image it builds; empty if it builds those of several
 * @param selection what {@code -pl} selects; empty if everything is built
 * @param platform what it builds for
 * @param labels its runner must have them all
 */
record Job(
    String id,
    Optional<ImageModule> module,
    List<String> selection,
    Platform platform,
    List<String> labels) {

  /** The job as CI systems take it into a matrix; all names of fields are stable. */
  JsonObject toJson() {
    JsonObject json = Json.object();
    json.addProperty("id", id);
    if (module.isPresent()) {
      json.addProperty("module", module.get().path());
      json.addProperty("name", module.get().artifactId());
    }
    json.addProperty("platform", platform.toString());
    json.add("runner", runner(labels));
    json.addProperty("args", arguments());
    return json;
  }

  /** The little of it that a workflow of GitHub needs. */
  JsonObject toInclude() {
    JsonObject json = Json.object();
    json.addProperty("id", id);
    json.add("runner", runner(labels));
    json.addProperty("args", arguments());
    return json;
  }

  /** Labels as {@code runs-on} takes them. */
  static JsonElement runner(List<String> labels) {
    if (labels.size() == 1) {
      return new JsonPrimitive(labels.get(0));
    }
    JsonArray all = new JsonArray();
    labels.forEach(all::add);
    return all;
  }

  /** What is added to {@code mvn deploy}. The last job deploys the jars, once for all. */
  String arguments() {
    String some = selection.isEmpty() ? "" : "-pl " + String.join(",", selection) + " -am ";
    return some + "-Dmultiarch.only=" + platform + " -Dmaven.deploy.skip=true";
  }
}
