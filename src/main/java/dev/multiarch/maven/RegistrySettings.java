package dev.multiarch.maven;

import dev.multiarch.image.Mistakes;
import dev.multiarch.registry.RegistryOptions;
import dev.multiarch.registry.RegistryOptions.Timeouts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a user wants registries to be spoken to. Equal settings share connections and tokens.
 *
 * @param destination the registry that is pushed to
 * @param server the id of its server in settings.xml; null for the registry's own name
 * @param insecure registries that may do without security
 * @param caBundles PEM files of authorities, by registry
 * @param mirrors where to read first, by registry
 * @param timeouts how long to wait
 */
record RegistrySettings(
    String destination,
    @Nullable String server,
    Set<String> insecure,
    Map<String, Path> caBundles,
    Map<String, List<String>> mirrors,
    Timeouts timeouts) {

  private static final List<String> TIMEOUTS =
      List.of("connectTimeout", "idleTimeout", "totalTimeout");

  /**
   * @param caBundles each {@code registry=file}
   * @param mirrors each {@code registry=host[/path]}
   * @param seconds for a connection, without a byte moving, and for a request in all
   */
  static RegistrySettings of(
      String destination,
      @Nullable String server,
      @Nullable List<String> insecure,
      @Nullable List<String> caBundles,
      @Nullable List<String> mirrors,
      int[] seconds,
      Mistakes mistakes) {
    Map<String, Path> bundles = new LinkedHashMap<>();
    for (var pair : pairs("caBundles", caBundles, mistakes)) {
      Path file = Path.of(pair.getValue());
      if (!Files.isReadable(file)) {
        mistakes.add("caBundles", file + " cannot be read");
      }
      bundles.put(pair.getKey(), file);
    }
    Map<String, List<String>> hosts = new LinkedHashMap<>();
    for (var pair : pairs("mirrors", mirrors, mistakes)) {
      hosts.computeIfAbsent(pair.getKey(), r -> new ArrayList<>()).add(pair.getValue());
    }
    for (int i = 0; i < seconds.length; i++) {
      if (seconds[i] < 1) {
        mistakes.add(TIMEOUTS.get(i), seconds[i] + " is not a number of seconds");
      }
    }
    if (insecure != null) {
      for (String one : insecure) {
        if (one.contains("/")) {
          mistakes.add("insecure", "'" + one + "' is not host[:port]; leave out scheme and path");
        }
      }
    }
    return new RegistrySettings(
        destination,
        server,
        insecure == null ? Set.of() : Set.copyOf(insecure),
        bundles,
        hosts,
        new Timeouts(
            Duration.ofSeconds(seconds[0]),
            Duration.ofSeconds(seconds[1]),
            Duration.ofSeconds(seconds[2])));
  }

  private static List<Map.Entry<String, String>> pairs(
      String parameter, @Nullable List<String> texts, Mistakes mistakes) {
    if (texts == null) {
      return List.of();
    }
    return mistakes.parseAll(
        parameter,
        texts,
        text -> {
          int equals = text.indexOf('=');
          if (equals < 1 || equals == text.length() - 1) {
            throw new IllegalArgumentException("'" + text + "' is not of the form registry=value");
          }
          return Map.entry(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
        });
  }

  /** All of it in words, so that equal settings have equal ones. */
  String text() {
    return Arrays.asList(
            destination,
            server,
            new TreeSet<>(insecure),
            caBundles,
            mirrors,
            timeouts.connect(),
            timeouts.idle(),
            timeouts.total())
        .toString();
  }

  RegistryOptions applyTo(RegistryOptions options) {
    return options
        .withInsecure(insecure)
        .withCaBundles(caBundles)
        .withMirrors(mirrors)
        .withTimeouts(timeouts);
  }
}
