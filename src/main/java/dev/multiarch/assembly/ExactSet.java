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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Picks the records of an image and makes sure that they are exactly the expected ones: nothing
 * missing, nothing double, nothing more, nothing of other sources.
 */
public final class ExactSet {

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
    List<DigestRecord> ours =
        found.stream()
            .filter(r -> r.imageId().equals(expectation.imageId()))
            .filter(r -> r.project().sameProject(expectation.project()))
            .toList();
    Map<Platform, List<DigestRecord>> byPlatform = new LinkedHashMap<>();
    ours.forEach(r -> byPlatform.computeIfAbsent(r.platform(), p -> new ArrayList<>()).add(r));

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
    List<Platform> extra =
        byPlatform.keySet().stream().filter(p -> !expectation.platforms().contains(p)).toList();
    if (!extra.isEmpty()) {
      faults.add(
          "records for %s, which the image does not have".formatted(Expectation.join(extra)));
    }
    compare(selected);
    if (!faults.isEmpty()) {
      throw new AssemblyException(message(found, ours));
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
    same(records, Check.VERSION, "version", r -> Optional.of(r.project().version()));
    differing(
        records,
        Check.VERSION,
        "version",
        r -> Optional.of(r.project().version()),
        Optional.of(expectation.project().version()));
    same(records, Check.REVISION, "revision", DigestRecord::revision);
    differing(records, Check.REVISION, "revision", DigestRecord::revision, expectation.revision());
    same(records, Check.BASE, "base", DigestRecord::baseDigest);
    differing(
        records,
        null,
        "repository",
        r -> Optional.of(r.repository()),
        Optional.of(expectation.repository()));
  }

  /** All records say the same. */
  private void same(
      List<DigestRecord> records,
      @Nullable Check check,
      String what,
      Function<DigestRecord, Optional<String>> value) {
    Map<String, List<Platform>> values = new LinkedHashMap<>();
    records.forEach(
        r ->
            values
                .computeIfAbsent(value.apply(r).orElse("none"), v -> new ArrayList<>())
                .add(r.platform()));
    if (values.size() > 1) {
      String differences =
          values.entrySet().stream()
              .map(e -> "%s of %s".formatted(Expectation.join(e.getValue()), e.getKey()))
              .collect(Collectors.joining(", "));
      fault(check, "different %ss: %s".formatted(what, differences));
    }
  }

  /** All records say what this checkout says. */
  private void differing(
      List<DigestRecord> records,
      @Nullable Check check,
      String what,
      Function<DigestRecord, Optional<String>> value,
      Optional<String> expected) {
    Set<String> others = new LinkedHashSet<>();
    records.stream()
        .map(value)
        .filter(v -> expected.isPresent() && !v.equals(expected))
        .forEach(v -> others.add(v.orElse("none")));
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

  private String message(List<DigestRecord> found, List<DigestRecord> ours) {
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
    if (ours.isEmpty() && !found.isEmpty()) {
      text.append("\n  found only records of ")
          .append(
              found.stream()
                  .map(r -> r.project() + " " + r.imageId() + " " + r.platform())
                  .distinct()
                  .sorted()
                  .collect(Collectors.joining(", ")));
    }
    return text.toString();
  }
}
