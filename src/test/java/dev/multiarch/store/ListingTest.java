package dev.multiarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {

  @TempDir Path folder;

  @Test
  void filesComeInTheOrderOfTheirPathsFromAllFoldersButThoseBehindLinks() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path other = Files.writeString(outside.resolve("other"), "");
    Path root = Files.createDirectories(folder.resolve("root/b/c")).getParent().getParent();
    Path deep = Files.writeString(root.resolve("b/c/deep"), "");
    Path first = Files.writeString(root.resolve("a"), "");
    Files.createSymbolicLink(root.resolve("folder"), outside);
    Path link = Files.createSymbolicLink(root.resolve("link"), other);
    assertThat(Listing.files(root)).containsExactly(first, deep, link);
  }

  @Test
  void theFolderItselfMayBeALink() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.writeString(root.resolve("a"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), root);
    assertThat(Listing.files(link)).containsExactly(link.resolve("a"));
  }

  @Test
  void whatIsNoFolderCannotBeListed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> Listing.files(file)).isInstanceOf(NotDirectoryException.class);
  }
}
