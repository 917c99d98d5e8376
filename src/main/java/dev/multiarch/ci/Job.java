package dev.multiarch.ci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("id", id);
    module.ifPresent(m -> json.put("module", m.path()).put("name", m.artifactId()));
    json.put("platform", platform.toString());
    json.set("runner", runner(labels));
    return json.put("args", arguments());
  }

  /** The little of it that a workflow of GitHub needs. */
  ObjectNode toInclude() {
    ObjectNode json = Json.object().put("id", id);
    json.set("runner", runner(labels));
    return json.put("args", arguments());
  }

  /** Labels as {@code runs-on} takes them. */
  static JsonNode runner(List<String> labels) {
    if (labels.size() == 1) {
      return TextNode.valueOf(labels.get(0));
    }
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    labels.forEach(all::add);
    return all;
  }

  /** What is added to {@code mvn deploy}. The last job deploys the jars, once for all. */
  String arguments() {
    String some = selection.isEmpty() ? "" : "-pl " + String.join(",", selection) + " -am ";
    return some + "-Dmultiarch.only=" + platform + " -Dmaven.deploy.skip=true";
  }
}
