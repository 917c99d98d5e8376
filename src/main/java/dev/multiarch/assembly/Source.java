package dev.multiarch.assembly;

import java.io.IOException;
import java.util.List;

/**
 * Where the platforms of one image are known from. An assembly has exactly one source: what one
 * lacks is never filled in from another.
 */
public interface Source {

  /**
   * The records of exactly the expected platforms, in their order.
   *
   * @throws AssemblyException naming everything that is missing or does not fit
   * @throws IOException if the source could not be read
   */
  List<DigestRecord> select(Expectation expectation) throws IOException;

  /**
   * Makes sure that the destination holds what the records say.
   *
   * @throws AssemblyException if a child is missing or differs
   * @throws IOException if the destination could not be asked
   */
  void check(List<DigestRecord> records) throws IOException;
}
