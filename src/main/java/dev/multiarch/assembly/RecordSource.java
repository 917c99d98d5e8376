package dev.multiarch.assembly;

import java.io.IOException;
import java.util.List;

/**
 * Records that lie in a folder: this run's own, or those that a CI system brought. The destination
 * supplies none, it only confirms them.
 */
public final class RecordSource implements Source {

  private final String place;
  private final List<DigestRecord> records;
  private final ChildCheck children;

  /**
   * @param place where they lie, for messages
   * @param records all that lie there, also those of other images
   */
  public RecordSource(String place, List<DigestRecord> records, ChildCheck children) {
    this.place = place;
    this.records = records;
    this.children = children;
  }

  @Override
  public List<DigestRecord> select(Expectation expectation) throws AssemblyException {
    return new ExactSet(expectation, "the records in " + place).select(records);
  }

  @Override
  public void check(List<DigestRecord> selected) throws IOException {
    children.check(selected);
  }
}
