package dev.multiarch.assembly;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import dev.multiarch.store.Listing;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads digest records out of a folder, and the folders in it. What a file is called does not
 * count: CI systems rename what they carry.
 */
public final class RecordDirectory {

  private RecordDirectory() {}

  /**
   * @return the records, in the order of their paths; none if there is no such folder
   * @throws IOException if a JSON file there is damaged, or a record of an unknown version. Other
   *     JSON documents are passed over
   */
  public static List<DigestRecord> read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<DigestRecord> records = new ArrayList<>();
    for (Path file : Listing.files(folder)) {
      if (file.toString().endsWith(".json")) {
        read(file, records);
      }
    }
    return records;
  }

  private static void read(Path file, List<DigestRecord> records) throws IOException {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      if (DigestRecord.isRecord(json)) {
        records.add(DigestRecord.parse(json));
      }
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "%s is not a usable digest record: %s".formatted(file, e.getMessage()),
          "Take the file away, or let its job run again.",
          e);
    }
  }
}
