package dev.multiarch.image;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Json;
import dev.multiarch.store.Sealed;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a build has found out of a program, kept in a file for the next one: each answer with the
 * digest of all that it follows from. The file may be lost at any time. For several threads.
 */
public class Memo {

  private static final String PROGRAMS = "programs";
  private static final String FROM = "from";
  private static final String ANSWER = "answer";

  private final Path file;
  private final Collection<Path> programs;
  private final Set<String> asked = new HashSet<>();
  private @Nullable JsonObject known;
  private boolean left;
  private boolean changed;

  /**
   * @param file where it is kept
   * @param programs the jars that find out: others may find something else. If there are none, or
   *     something else than jars, nothing is kept
   */
  public Memo(Path file, Collection<Path> programs) {
    this.file = file;
    this.programs = programs;
  }

  /** Whether an earlier build left anything here. */
  synchronized boolean isEmpty() throws IOException {
    known();
    return !left;
  }

  /**
   * The answer to a question, if it is known. What nobody asks for is not kept for the next build.
   *
   * @param from all that it follows from
   */
  synchronized Optional<JsonElement> find(String question, Digest from) throws IOException {
    asked.add(question);
    JsonObject there = Json.objectOrEmpty(known(), question);
    return there.has(ANSWER) && Json.text(there, FROM).equals(Optional.of(from.toString()))
        ? Optional.of(there.get(ANSWER))
        : Optional.empty();
  }

  /** Learns an answer. */
  synchronized void put(String question, Digest from, JsonElement answer) throws IOException {
    asked.add(question);
    JsonObject entry = Json.putObject(known(), question);
    entry.addProperty(FROM, from.toString());
    entry.add(ANSWER, answer);
    changed = true;
  }

  /**
   * Keeps what was learnt, if anything was, and of the rest what was asked for.
   *
   * @throws IOException if the file cannot be written
   */
  public synchronized void save() throws IOException {
    if (changed) {
      known().keySet().removeIf(name -> !name.equals(PROGRAMS) && !asked.contains(name));
      saveBeside();
    }
  }

  /**
   * Keeps what was learnt beside all the rest, for a build that found no need to ask for it.
   *
   * @throws IOException if the file cannot be written
   */
  public synchronized void saveBeside() throws IOException {
    if (changed && !Json.requiredText(known(), PROGRAMS).isEmpty()) {
      WholeFile.write(file, Sealed.seal(Json.compact(known())));
      changed = false;
    }
  }

  private JsonObject known() throws IOException {
    JsonObject all = known;
    if (all == null) {
      all = read(identity());
      known = all;
    }
    return all;
  }

  private JsonObject read(String identity) {
    JsonObject nothing = Json.object();
    nothing.addProperty(PROGRAMS, identity);
    try {
      Optional<byte[]> text =
          identity.isEmpty() ? Optional.empty() : Sealed.open(Files.readAllBytes(file));
      if (text.isPresent()) {
        JsonObject there = Json.parseObject(text.get());
        if (Json.requiredText(there, PROGRAMS).equals(identity)) {
          left = there.size() > 1;
          return there;
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // Missing or damaged: all is found out again.
      return nothing;
    }
    return nothing;
  }

  /** Which programs find out; empty if that cannot be said, as of a folder. */
  private String identity() throws IOException {
    MessageDigest hash = Digest.sha256();
    for (Path program : programs) {
      if (!Files.isRegularFile(program)) {
        return "";
      }
      String text =
          program + " " + Files.size(program) + " " + Files.getLastModifiedTime(program) + "\n";
      hash.update(text.getBytes(StandardCharsets.UTF_8));
    }
    return programs.isEmpty() ? "" : Digest.of(hash).toString();
  }
}
