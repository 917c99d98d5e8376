package dev.multiarch.maven;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a container of the image starts: the element {@code <container>}. Everything may be left out;
 * what is left out is as the base has it. Texts and lists can be given as properties {@code
 * multiarch.container.<name>} too.
 *
 * <pre>{@code
 * <container>
 *   <mainClass>com.example.Main</mainClass>
 *   <jvmFlags><jvmFlag>-XX:MaxRAMPercentage=75</jvmFlag></jvmFlags>
 *   <environment><LANG>C.UTF-8</LANG></environment>
 *   <ports><port>8080</port></ports>
 *   <user>1000:1000</user>
 * </container>
 * }</pre>
 */
public final class ContainerParameters {

  /** The class to start; found among the project's classes if there is just one. */
  @Nullable String mainClass;

  /** The program and its first arguments, instead of {@code java -cp … mainClass}. */
  @Nullable List<String> entrypoint;

  /** The arguments that whoever runs the image may replace. */
  @Nullable List<String> args;

  /** What is passed to the JVM before the class path. */
  @Nullable List<String> jvmFlags;

  /** Environment variables; they are added to the base's. */
  @Nullable Map<String, String> environment;

  /** Ports and ranges of ports: {@code 8080}, {@code 8080/udp}, {@code 8000-8010}. */
  @Nullable List<String> ports;

  /** Who runs the program: name or number, and so its group. */
  @Nullable String user;

  /** Where the program starts; an absolute path. */
  @Nullable String workingDirectory;

  /** Folders that are meant to outlive the container; absolute paths. */
  @Nullable List<String> volumes;

  /** Labels; they are added to the base's. */
  @Nullable Map<String, String> labels;

  /** What asks the program to end: {@code SIGTERM}, or a number. */
  @Nullable String stopSignal;

  /** Where the Java program lies in the image; {@code /app} unless set. */
  @Nullable String appRoot;
}
