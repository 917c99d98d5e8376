package dev.multiarch.assembly;

import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Picks the records of an image and makes sure that they are exactly the expected ones: nothing
 * missing, nothing double, nothing more, nothing of other sources.
 */
public final class ExactSet {

  private static final String NONE = "none";

  private final Expectation expectation;
  private final String source;
  private final List<String> faults = new ArrayList<>();

  /**
   * @param source the records and where they lie, for the message
   */
  public ExactSet(Expectation expectation, String source) {
    this.expectation = expectation;
    this.source = source;
  }

  /**
   * @param found all records of the source, also those of other images
   * @return one record a platform, in the order of the expectation
   * @throws AssemblyException naming everything that does not fit
   */
  public List<DigestRecord> select(List<DigestRecord> found) throws AssemblyException {
    Map<Platform, List<DigestRecord>> byPlatform = new LinkedHashMap<>();
    for (DigestRecord record : found) {
      if (record.imageId().equals(expectation.imageId())
          && record.project().sameProject(expectation.project())) {
        add(byPlatform, record.platform(), record);
      }
    }

    List<DigestRecord> selected = new ArrayList<>();
    List<Platform> missing = new ArrayList<>();
    for (Platform platform : expectation.platforms()) {
      List<DigestRecord> records = byPlatform.getOrDefault(platform, List.of());
      if (records.isEmpty()) {
        missing.add(platform);
      } else if (records.size() > 1) {
        faults.add("%d records for %s".formatted(records.size(), platform));
      }
      selected.addAll(records);
    }
    if (!missing.isEmpty()) {
      faults.add("no record for %s".formatted(Expectation.join(missing)));
    }
    List<Platform> extra = new ArrayList<>(byPlatform.keySet());
    extra.removeAll(expectation.platforms());
    if (!extra.isEmpty()) {
      faults.add(
          "records for %s, which the image does not have".formatted(Expectation.join(extra)));
    }
    compare(selected);
    if (!faults.isEmpty()) {
      throw new AssemblyException(message(byPlatform.isEmpty() ? found : List.of()));
    }
    return selected;
  }

  private void compare(List<DigestRecord> records) {
    Set<Platform> expected = Set.copyOf(expectation.platforms());
    for (DigestRecord one : records) {
      if (!Set.copyOf(one.expected()).equals(expected)) {
        fault(
            Check.PLATFORMS,
            "%s was built for an image of %s"
                .formatted(one.platform(), Expectation.join(one.expected())));
      }
    }
    Map<Optional<String>, List<Platform>> versions = new LinkedHashMap<>();
    Map<Optional<String>, List<Platform>> revisions = new LinkedHashMap<>();
    Map<Optional<String>, List<Platform>> bases = new LinkedHashMap<>();
    Map<Optional<String>, List<Platform>> repositories = new LinkedHashMap<>();
    for (DigestRecord one : records) {
      add(versions, Optional.of(one.project().version()), one.platform());
      add(revisions, one.revision(), one.platform());
      add(bases, one.baseDigest(), one.platform());
      add(repositories, Optional.of(one.repository()), one.platform());
    }
    same(Check.VERSION, "version", versions);
    expected(Check.VERSION, "version", versions, Optional.of(expectation.project().version()));
    same(Check.REVISION, "revision", revisions);
    expected(Check.REVISION, "revision", revisions, expectation.revision());
    same(Check.BASE, "base", bases);
    expected(null, "repository", repositories, Optional.of(expectation.repository()));
  }

  private static <K, V> void add(Map<K, List<V>> lists, K key, V value) {
    List<V> list = lists.get(key);
    if (list == null) {
      list = new ArrayList<>();
      lists.put(key, list);
    }
    list.add(value);
  }

  /** All records say the same. */
  private void same(Check check, String what, Map<Optional<String>, List<Platform>> said) {
    if (said.size() > 1) {
      List<String> differences = new ArrayList<>();
      for (var one : said.entrySet()) {
        differences.add(
            "%s of %s".formatted(Expectation.join(one.getValue()), one.getKey().orElse(NONE)));
      }
      fault(check, "different %ss: %s".formatted(what, String.join(", ", differences)));
    }
  }

  /** All records say what this checkout says. */
  private void expected(
      @Nullable Check check,
      String what,
      Map<Optional<String>, List<Platform>> said,
      Optional<String> expected) {
    Set<String> others = new LinkedHashSet<>();
    for (Optional<String> value : said.keySet()) {
      if (expected.isPresent() && !value.equals(expected)) {
        others.add(value.orElse(NONE));
      }
    }
    if (!others.isEmpty()) {
      fault(
          check,
          "%s %s, but this checkout has %s"
              .formatted(what, String.join(", ", others), expected.orElseThrow()));
    }
  }

  private void fault(@Nullable Check check, String text) {
    if (check == null) {
      faults.add(text);
    } else if (!expectation.allowed().contains(check)) {
      faults.add("%s (-Dmultiarch.allow=%s accepts it)".formatted(text, check.word()));
    }
  }

  /**
   * @param others records of other images, if there are only such
   */
  private String message(List<DigestRecord> others) {
    Coordinates project = expectation.project();
    StringBuilder text = new StringBuilder();
    text.append(
        "%s:%s: %s are not exactly %s; no tag was moved"
            .formatted(
                project.groupId(),
                project.artifactId(),
                source,
                Expectation.join(expectation.platforms())));
    faults.forEach(fault -> text.append("\n  - ").append(fault));
    if (!others.isEmpty()) {
      text.append("\n  found only records of ")
          .append(
              others.stream()
                  .map(r -> r.project() + " " + r.imageId() + " " + r.platform())
                  .distinct()
                  .sorted()
                  .collect(Collectors.joining(", ")));
    }
    return text.toString();
  }
}
