package dev.multiarch.bench.build;

/** Who builds: Maven alone, which is the floor, or one of the two plugins on top of it. */
enum Contender {
  MAVEN("Maven alone", ""),
  OURS(
      "multiarch",
      """
      <plugin>
        <groupId>dev.multiarch</groupId>
        <artifactId>multiarch-maven-plugin</artifactId>
        <version>@version@</version>
        <executions>
          <execution>
            <goals>
              <goal>build</goal>
              <goal>push</goal>
              <goal>assemble</goal>
            </goals>
          </execution>
        </executions>
      </plugin>
      """),
  JIB(
      "jib 3.5.2",
      """
      <plugin>
        <groupId>com.google.cloud.tools</groupId>
        <artifactId>jib-maven-plugin</artifactId>
        <version>3.5.2</version>
        <executions>
          <execution>
            <phase>deploy</phase>
            <goals>
              <goal>build</goal>
            </goals>
          </execution>
        </executions>
      </plugin>
      """);

  /** For people. */
  final String title;

  /** Its part of the POM. */
  final String plugin;

  Contender(String title, String plugin) {
    this.title = title;
    this.plugin = plugin;
  }
}
