package dev.multiarch.oci;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on: {@code os/architecture[/variant][:os.version]}, always in normal form (OCI
 * image spec, image-index.md, "platform").
 *
 * <p>The normal form is the one containerd uses: {@code x86_64} is {@code amd64}, {@code aarch64}
 * and {@code arm64/v8} are {@code arm64}, {@code arm} is {@code arm/v7}, {@code armhf} is {@code
 * arm/v7}, {@code armel} is {@code arm/v6}, {@code amd64/v1} is {@code amd64}.
 *
 * @param os operating system in the words of {@code GOOS}, such as {@code linux}
 * @param architecture processor in the words of {@code GOARCH}, such as {@code arm64}
 * @param variant revision of the processor, such as {@code v7}
 * @param osVersion version of the operating system, which only Windows images use
 */
public record Platform(
    String os, String architecture, Optional<String> variant, Optional<String> osVersion)
    implements Comparable<Platform> {

  private static final Pattern FORM =
      Pattern.compile("([^/:]+)/([^/:]+)(?:/([^/:]+))?(?::([^/:]+))?");
  private static final Pattern OS_VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern VARIANT = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  private static final Set<String> SYSTEMS =
      new TreeSet<>(
          List.of(
              "aix",
              "android",
              "darwin",
              "dragonfly",
              "freebsd",
              "illumos",
              "ios",
              "js",
              "linux",
              "netbsd",
              "openbsd",
              "plan9",
              "solaris",
              "wasip1",
              "windows"));

  private static final Set<String> ARCHITECTURES =
      new TreeSet<>(
          List.of(
              "386",
              "amd64",
              "arm",
              "arm64",
              "loong64",
              "mips",
              "mips64",
              "mips64le",
              "mipsle",
              "ppc64",
              "ppc64le",
              "riscv64",
              "s390x",
              "wasm"));

  private static final Map<String, String> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("macos", "darwin"),
          Map.entry("x86_64", "amd64"),
          Map.entry("x86-64", "amd64"),
          Map.entry("i386", "386"),
          Map.entry("i486", "386"),
          Map.entry("i586", "386"),
          Map.entry("i686", "386"),
          Map.entry("aarch64", "arm64"),
          Map.entry("ppc64el", "ppc64le"),
          Map.entry("loongarch64", "loong64"));

  /** Puts the parts into normal form. They may come from a foreign index, so none is refused. */
  public Platform {
    os = normal(os);
    architecture = normal(architecture);
    String revision = lower(variant.orElse(""));
    if (architecture.equals("armhf")) {
      architecture = "arm";
      revision = "v7";
    } else if (architecture.equals("armel")) {
      architecture = "arm";
      revision = "v6";
    }
    variant = unlessEmpty(normalVariant(architecture, revision));
    osVersion = unlessEmpty(osVersion.orElse(""));
  }

  // Not the record's own, for the reason that Digest gives.

  @Override
  public boolean equals(Object other) {
    return other instanceof Platform platform
        && os.equals(platform.os)
        && architecture.equals(platform.architecture)
        && variant.equals(platform.variant)
        && osVersion.equals(platform.osVersion);
  }

  @Override
  public int hashCode() {
    return Objects.hash(os, architecture, variant, osVersion);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static String normal(String name) {
    return OTHER_NAMES.getOrDefault(lower(name), lower(name));
  }

  private static Optional<String> unlessEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String normalVariant(String architecture, String variant) {
    return switch (architecture) {
      case "arm64" -> withV(variant).equals("v8") ? "" : withV(variant);
      case "amd64" -> withV(variant).equals("v1") ? "" : withV(variant);
      case "arm" -> variant.isEmpty() ? "v7" : withV(variant);
      default -> variant;
    };
  }

  private static String withV(String variant) {
    boolean bare = !variant.isEmpty() && Character.isDigit(variant.charAt(0));
    return bare ? "v" + variant : variant;
  }

  /** A platform without an os version. */
  public static Platform of(String os, String architecture, @Nullable String variant) {
    return new Platform(os, architecture, Optional.ofNullable(variant), Optional.empty());
  }

  /**
   * Reads what a user wrote.
   *
   * @throws IllegalArgumentException if the text has another form, or names an operating system or
   *     an architecture that does not exist; the message lists those that do
   */
  public static Platform parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a platform (os/architecture[/variant][:os.version])");
    }
    Platform platform =
        new Platform(
            parts.group(1),
            parts.group(2),
            Optional.ofNullable(parts.group(3)),
            Optional.ofNullable(parts.group(4)));
    requireKnown("operating system", platform.os, SYSTEMS);
    requireKnown("architecture", platform.architecture, ARCHITECTURES);
    requireForm("variant", platform.variant, VARIANT);
    requireForm("os version", platform.osVersion, OS_VERSION);
    return platform;
  }

  private static void requireKnown(String what, String name, Set<String> known) {
    if (!known.contains(name)) {
      throw new IllegalArgumentException(
          "unknown " + what + " '" + name + "' (known: " + String.join(", ", known) + ")");
    }
  }

  private static void requireForm(String what, Optional<String> value, Pattern form) {
    if (value.isPresent() && !form.matcher(value.get()).matches()) {
      throw new IllegalArgumentException("'" + value.get() + "' cannot be a " + what);
    }
  }

  /** The platform of the machine that runs this JVM, with Linux as the os of every container. */
  public static Platform host() {
    return of("linux", System.getProperty("os.arch"), null);
  }

  /**
   * How well content for {@code offered} runs here: empty if it does not, else the lower the
   * better, 0 being the same platform. A processor runs code of its own and of every earlier
   * variant: {@code arm/v7} runs {@code arm/v6}, {@code amd64/v3} runs {@code amd64}. An os version
   * that was asked for must be the offered one, or its beginning ({@code 10.0.17763} takes {@code
   * 10.0.17763.5696}).
   */
  public Optional<Integer> distanceTo(Platform offered) {
    if (!os.equals(offered.os) || !architecture.equals(offered.architecture)) {
      return Optional.empty();
    }
    if (osVersion.isPresent() && !offered.osVersion.map(this::coversOsVersion).orElse(false)) {
      return Optional.empty();
    }
    if (Objects.equals(variant, offered.variant)) {
      return Optional.of(0);
    }
    int wanted = level(this);
    int found = level(offered);
    return wanted > 0 && found > 0 && found <= wanted
        ? Optional.of(wanted - found)
        : Optional.empty();
  }

  private boolean coversOsVersion(String offered) {
    String wanted = osVersion.orElseThrow();
    return offered.equals(wanted) || offered.startsWith(wanted + ".");
  }

  /** The variant as a number that grows with ability; 0 where variants are not ordered. */
  private static int level(Platform platform) {
    String base =
        switch (platform.architecture) {
          case "arm64" -> "v8";
          case "amd64" -> "v1";
          default -> "";
        };
    String variant = platform.variant.orElse(base);
    return variant.matches("v\\d{1,3}") ? Integer.parseInt(variant.substring(1)) : 0;
  }

  /**
   * The platform as part of a file name, tag or classifier: {@code linux-arm-v7}. The os version
   * keeps its dots.
   */
  public String dashed() {
    return joined('-', '-');
  }

  /** In the order of their text, so that sets of platforms print the same everywhere. */
  @Override
  public int compareTo(Platform other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return joined('/', ':');
  }

  private String joined(char between, char beforeOsVersion) {
    StringBuilder text = new StringBuilder(os).append(between).append(architecture);
    if (variant.isPresent()) {
      text.append(between).append(variant.get());
    }
    if (osVersion.isPresent()) {
      text.append(beforeOsVersion).append(osVersion.get());
    }
    return text.toString();
  }
}
