package dev.multiarch.image;

import com.google.gson.JsonObject;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How a container of the image starts. What is empty stays as the base has it; lists and maps add
 * to the base's (OCI image spec, config.md, "Properties").
 *
 * @param entrypoint the program and its first arguments; setting it drops the base's arguments
 * @param args the arguments that a user may replace
 * @param environment variables; one of the same name replaces the base's
 * @param ports what the program listens on, as {@code 8080/tcp}
 * @param user who runs the program
 * @param workingDirectory where it starts
 * @param volumes folders that are meant to outlive the container
 * @param labels free notes in the config
 * @param stopSignal what asks the program to end
 */
public record ContainerSettings(
    Optional<List<String>> entrypoint,
    Optional<List<String>> args,
    Map<String, String> environment,
    List<String> ports,
    Optional<String> user,
    Optional<String> workingDirectory,
    List<String> volumes,
    Map<String, String> labels,
    Optional<String> stopSignal) {

  private static final Pattern PORT =
      Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");
  private static final Pattern USER =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@-]*(?::[A-Za-z0-9_][A-Za-z0-9_.@-]*)?");
  private static final Pattern SIGNAL =
      Pattern.compile("(?:SIG)?(?!SIG)(?:[A-Z]{2,8}\\d?|RTM(?:IN|AX)[+-]\\d{1,2})|\\d{1,2}");
  private static final int MAX_PORT = 65_535;

  /** Nothing set: everything is as the base has it. */
  public static final ContainerSettings NONE =
      new ContainerSettings(
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Map.of(),
          Optional.empty());

  /**
   * Reads a port or a range of ports, with or without a protocol.
   *
   * @return each port as the config has it, {@code 8080/tcp}
   * @throws IllegalArgumentException if the text is neither, or a number is no port
   */
  public static List<String> parsePorts(String text) {
    Matcher parts = PORT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a port (8080, 8080/udp or 8000-8010)");
    }
    int first = Integer.parseInt(parts.group(1));
    int last = parts.group(2) == null ? first : Integer.parseInt(parts.group(2));
    if (first < 1 || last > MAX_PORT || last < first) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a port: ports go from 1 to " + MAX_PORT);
    }
    String protocol = parts.group(3) == null ? "tcp" : parts.group(3);
    return IntStream.rangeClosed(first, last).mapToObj(port -> port + "/" + protocol).toList();
  }

  /**
   * Reads {@code user[:group]}, each a name or a number.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  public static String parseUser(String text) {
    return matching(USER, text.strip(), "a user (name or number, and so its group: 1000:1000)");
  }

  /**
   * Reads a signal by name or number.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  public static String parseSignal(String text) {
    return matching(SIGNAL, text.strip(), "a signal (SIGTERM, or its number)");
  }

  /**
   * Reads the absolute path of a folder in the image.
   *
   * @throws IllegalArgumentException if it is not absolute
   */
  public static String parseDirectory(String text) {
    return matching(Pattern.compile("/.*|[A-Za-z]:[\\\\/].*"), text.strip(), "an absolute path");
  }

  /**
   * Checks the name of an environment variable.
   *
   * @throws IllegalArgumentException if no environment can hold it
   */
  public static String parseVariable(String name) {
    return matching(Pattern.compile("[^=\\s\\x00][^=\\x00]*"), name, "an environment variable");
  }

  private static String matching(Pattern form, String text, String what) {
    if (!form.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is not " + what);
    }
    return text;
  }

  /** These settings, with an entrypoint and arguments unless they have their own. */
  ContainerSettings withDefaultEntrypoint(List<String> command) {
    return new ContainerSettings(
        entrypoint.isPresent() ? entrypoint : Optional.of(command),
        args,
        environment,
        ports,
        user,
        workingDirectory,
        volumes,
        labels,
        stopSignal);
  }

  /** The base's config with these settings made. */
  ImageConfig applyTo(ImageConfig base) {
    return base.withSettings(
        json -> {
          setEnvironment(json, base.environment());
          if (entrypoint.isPresent()) {
            Json.putTexts(json, "Entrypoint", entrypoint.get());
            // A base's arguments were meant for the base's program; Docker drops them as well.
            json.remove("Cmd");
          }
          if (args.isPresent()) {
            Json.putTexts(json, "Cmd", args.get());
          }
          setKeys(json, "ExposedPorts", ports);
          setText(json, "User", user);
          setText(json, "WorkingDir", workingDirectory);
          setKeys(json, "Volumes", volumes);
          if (!labels.isEmpty()) {
            JsonObject all = Json.objectIn(json, "Labels");
            for (var label : labels.entrySet()) {
              all.addProperty(label.getKey(), label.getValue());
            }
          }
          setText(json, "StopSignal", stopSignal);
        });
  }

  private static void setText(JsonObject json, String field, Optional<String> text) {
    if (text.isPresent()) {
      json.addProperty(field, text.get());
    }
  }

  private void setEnvironment(JsonObject json, List<String> inherited) {
    if (environment.isEmpty()) {
      return;
    }
    Map<String, String> all = new LinkedHashMap<>();
    for (String entry : inherited) {
      int equals = entry.indexOf('=');
      all.put(equals < 0 ? entry : entry.substring(0, equals), entry);
    }
    for (var variable : environment.entrySet()) {
      all.put(variable.getKey(), variable.getKey() + "=" + variable.getValue());
    }
    Json.putTexts(json, "Env", List.copyOf(all.values()));
  }

  private static void setKeys(JsonObject json, String field, List<String> keys) {
    if (!keys.isEmpty()) {
      JsonObject all = Json.objectIn(json, field);
      for (String key : keys) {
        Json.putObject(all, key);
      }
    }
  }
}
