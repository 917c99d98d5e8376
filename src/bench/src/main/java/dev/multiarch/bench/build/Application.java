package dev.multiarch.bench.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What is built. */
final class Application {

  /** As most services are: Spring Boot, 71 MB of jars, and classes of its own. */
  static final Application GENERATED =
      new Application(
          "generated",
          "",
          """
      <dependency>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-starter-web</artifactId>
        <version>3.5.16</version>
      </dependency>
      <dependency>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-starter-data-jpa</artifactId>
        <version>3.5.16</version>
      </dependency>
      <dependency>
        <groupId>org.springframework.kafka</groupId>
        <artifactId>spring-kafka</artifactId>
        <version>3.3.16</version>
      </dependency>
      """);

  /** S3Proxy, a public application with 131 jars of 42 MB. */
  static final Application S3PROXY =
      new Application(
          "s3proxy", "org.gaul.s3proxy.Main", dependency("org.gaul", "s3proxy", "2.6.0"));

  private final String key;
  private final String mainClass;
  private final String dependencies;

  /**
   * @param mainClass where it starts; empty for one of the project's own classes
   */
  private Application(String key, String mainClass, String dependencies) {
    this.key = key;
    this.mainClass = mainClass;
    this.dependencies = dependencies;
  }

  /**
   * One of the two, or any public one.
   *
   * @param text a key, or groupId:artifactId:version:main class
   */
  static Application of(String text) {
    for (Application known : List.of(GENERATED, S3PROXY)) {
      if (known.key.equals(text)) {
        return known;
      }
    }
    String[] parts = text.split(":");
    if (parts.length != 4) {
      throw new IllegalArgumentException(
          "'%s' is not generated, s3proxy or groupId:artifactId:version:MainClass".formatted(text));
    }
    String key = (parts[1] + "-" + parts[2]).toLowerCase(Locale.ROOT);
    return new Application(key, parts[3], dependency(parts[0], parts[1], parts[2]));
  }

  private static String dependency(String groupId, String artifactId, String version) {
    return """
        <dependency>
          <groupId>%s</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
        </dependency>
        """
        .formatted(groupId, artifactId, version);
  }

  /** The name of its project and its folders. */
  String key() {
    return key;
  }

  @Override
  public String toString() {
    return key;
  }

  /** Writes the project for one contender. What it had under {@code target} stays. */
  void write(Path folder, Contender contender, String pluginVersion, int classes)
      throws IOException {
    Path sources = folder.resolve("src/main/java/bench/app");
    Files.createDirectories(sources);
    Files.writeString(
        folder.resolve("pom.xml"),
        POM.replace("@name@", key())
            .replace("@main@", mainClass.isEmpty() ? "" : MAIN.replace("@class@", mainClass))
            .replace("@dependencies@", dependencies)
            .replace("@plugin@", contender.plugin.replace("@version@", pluginVersion)));
    Files.writeString(folder.resolve(".gitignore"), "target/\n");
    Path resources = folder.resolve("src/main/resources");
    Files.createDirectories(resources);
    Files.writeString(resources.resolve("application.properties"), "server.port=8080\n");
    if (this == GENERATED) {
      for (int i = 0; i < classes; i++) {
        Files.writeString(sources.resolve("Part%04d.java".formatted(i)), part(i));
      }
      Files.writeString(
          sources.resolve("Main.java"),
          """
          package bench.app;

          public final class Main {
            public static void main(String[] args) {
              System.out.println(Changing.VALUE);
            }
          }
          """);
    }
    change(folder, "0");
  }

  /** Changes one class. */
  void change(Path folder, String value) throws IOException {
    Files.writeString(
        folder.resolve("src/main/java/bench/app/Changing.java"),
        """
        package bench.app;

        public final class Changing {
          public static final Object VALUE = "%s";
        }
        """
            .formatted(value));
  }

  /** A class like those of services: some fields, some methods, some text. */
  private static String part(int number) {
    StringBuilder text = new StringBuilder();
    text.append("package bench.app;\n\npublic class Part%04d {\n".formatted(number));
    for (int i = 0; i < 6; i++) {
      int n = number * 31 + i * 17;
      text.append(
          """
            private String field%1$d = "value %2$d of part";

            public String getField%1$d() {
              return field%1$d;
            }

            public java.util.List<String> join%1$d(java.util.Map<String, Integer> counts) {
              return counts.entrySet().stream()
                  .filter(e -> e.getValue() > %2$d)
                  .map(e -> e.getKey() + ": " + e.getValue() + field%1$d)
                  .toList();
            }
          """
              .formatted(i, n));
    }
    return text.append("}\n").toString();
  }

  private static final String MAIN =
      """
      <multiarch.container.mainClass>@class@</multiarch.container.mainClass>
      <jib.container.mainClass>@class@</jib.container.mainClass>
      """;

  private static final String POM =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>bench</groupId>
        <artifactId>@name@</artifactId>
        <version>1.0</version>
        <properties>
          <maven.compiler.release>17</maven.compiler.release>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          <maven.test.skip>true</maven.test.skip>
          <maven.install.skip>true</maven.install.skip>
          <maven.deploy.skip>true</maven.deploy.skip>
          @main@
        </properties>
        <dependencies>
          @dependencies@
        </dependencies>
        <build>
          <pluginManagement>
            <plugins>
              <plugin>
                <artifactId>maven-clean-plugin</artifactId>
                <version>3.5.0</version>
              </plugin>
              <plugin>
                <artifactId>maven-resources-plugin</artifactId>
                <version>3.5.0</version>
              </plugin>
              <plugin>
                <artifactId>maven-compiler-plugin</artifactId>
                <version>3.15.0</version>
              </plugin>
              <plugin>
                <artifactId>maven-surefire-plugin</artifactId>
                <version>3.6.1</version>
              </plugin>
              <plugin>
                <artifactId>maven-jar-plugin</artifactId>
                <version>3.5.1</version>
              </plugin>
              <plugin>
                <artifactId>maven-install-plugin</artifactId>
                <version>3.1.4</version>
              </plugin>
              <plugin>
                <artifactId>maven-deploy-plugin</artifactId>
                <version>3.1.4</version>
              </plugin>
            </plugins>
          </pluginManagement>
          <plugins>
            @plugin@
          </plugins>
        </build>
      </project>
      """;
}
