package dev.multiarch.bench.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Measures whole builds: the plugin, jib and Maven alone, in turns, on the same project, base,
 * registry and platforms. Run it with src/bench/run.
 */
public final class BuildBenchmark {

  private static final int ENOUGH_PAIRS = 5;
  private static final String BEGIN = "<!-- src/bench/run writes from here -->\n";
  private static final String END = "<!-- to here -->\n";

  private final Map<String, String> options = new HashMap<>();

  private BuildBenchmark(String[] arguments) {
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--") || equals < 0) {
        throw new IllegalArgumentException("not of the form --name=value: " + argument);
      }
      options.put(argument.substring(2, equals), argument.substring(equals + 1));
    }
  }

  public static void main(String[] arguments) throws Exception {
    new BuildBenchmark(arguments).run();
  }

  private void run() throws IOException, InterruptedException {
    Path folder = Path.of(option("folder", "target/bench")).toAbsolutePath();
    List<Application> applications =
        Stream.of(option("applications", "generated,s3proxy").split(","))
            .map(Application::of)
            .toList();
    List<Case> cases = chosen("cases", Case.values(), Case::key);
    int pairs = Integer.parseInt(option("pairs", String.valueOf(ENOUGH_PAIRS)));
    Base base = new Base(Integer.parseInt(option("base-megabytes", "100")));
    Results results = new Results();
    try (RegistryServer destination = RegistryServer.start(folder.resolve("registry"));
        RegistryServer elsewhere = RegistryServer.start(folder.resolve("registry-elsewhere"))) {
      base.publishTo(destination, folder);
      base.publishTo(elsewhere, folder);
      Workplace.Setting setting =
          new Workplace.Setting(
              option("maven", "mvn"),
              folder.resolve("settings.xml"),
              folder.resolve("repository"),
              destination,
              elsewhere,
              base);
      for (Application application : applications) {
        Map<Contender, Workplace> places = new EnumMap<>(Contender.class);
        for (Contender contender : Contender.values()) {
          places.put(
              contender,
              new Workplace(
                  folder,
                  application,
                  contender,
                  option("version", ""),
                  Integer.parseInt(option("classes", "250")),
                  setting));
        }
        for (List<Case> together : inTurnWithEachOther(cases)) {
          measure(application, together, places, pairs, results);
        }
      }
    }
    boolean whole =
        pairs >= ENOUGH_PAIRS
            && cases.size() == Case.values().length
            && applications.equals(List.of(Application.GENERATED, Application.S3PROXY));
    publish(results, pairs, whole, folder);
  }

  /** Cases that leave nothing behind need not wait for each other's end. */
  private static List<List<Case>> inTurnWithEachOther(List<Case> cases) {
    List<Case> cold = cases.stream().filter(Case::isCold).toList();
    List<List<Case>> groups = new ArrayList<>(cold.isEmpty() ? List.of() : List.of(cold));
    cases.stream().filter(one -> !one.isCold()).map(List::of).forEach(groups::add);
    return groups;
  }

  private static void measure(
      Application application,
      List<Case> together,
      Map<Contender, Workplace> places,
      int pairs,
      Results results)
      throws IOException, InterruptedException {
    for (Workplace place : places.values()) {
      place.enter(together.get(0));
    }
    for (int turn = 0; turn < together.get(0).turns(pairs); turn++) {
      for (Case situation : inOrder(together, turn)) {
        for (Contender contender : inOrder(List.of(Contender.values()), turn)) {
          MavenRun run = places.get(contender).measure(situation);
          results.add(new Results.Sample(application, situation, contender, run));
          System.out.println(
              Results.format(
                  "%s, %s, %s: %.2f s, %.2f s from the jar on, %.2f s of CPU",
                  application.key(),
                  situation.key(),
                  contender.title,
                  run.wall(),
                  run.rest(),
                  run.cpu()));
        }
      }
    }
  }

  /** Every other turn goes backwards, so that nobody always has the same one before. */
  private static <T> List<T> inOrder(List<T> all, int turn) {
    List<T> order = new ArrayList<>(all);
    if (turn % 2 == 1) {
      Collections.reverse(order);
    }
    return order;
  }

  private void publish(Results results, int pairs, boolean whole, Path folder)
      throws IOException, InterruptedException {
    String machine = Machine.describe(option("maven", "mvn"));
    String text = "Medians of %d turns where the build is cold, of %d for one class, of %d else. %s.%n%n%s%n"
            .formatted(
                Case.COLD_SAME.turns(pairs),
                Case.ONE_CLASS.turns(pairs),
                Case.UNCHANGED.turns(pairs),
                machine,
                results.table());
    System.out.println("\n" + text);
    // A part of the cases, or too few pairs, must not replace what the documents show.
    Path docs = whole ? Path.of("docs") : folder;
    Files.writeString(docs.resolve("performance.json"), results.json(machine));
    Files.writeString(docs.resolve("performance.svg"), Picture.of(results.rows()));
    if (whole) {
      Path page = docs.resolve("performance.md");
      String before = Files.readString(page);
      int from = before.indexOf(BEGIN) + BEGIN.length();
      Files.writeString(
          page,
          before.substring(0, from)
              + "\n"
              + text
              + "\n![Seconds over Maven alone](performance.svg)\n\n"
              + before.substring(before.indexOf(END)));
    }
    System.out.println("Written to " + docs + (whole ? "" : "; docs/ has whole runs only"));
  }

  private String option(String name, String otherwise) {
    return options.getOrDefault(name, otherwise);
  }

  private <T> List<T> chosen(String name, T[] all, Function<T, String> key) {
    List<String> wanted = List.of(option(name, "").split(","));
    List<T> chosen =
        Stream.of(all)
            .filter(one -> !options.containsKey(name) || wanted.contains(key.apply(one)))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "--" + name + " is one or more of " + Stream.of(all).map(key).toList());
    }
    return chosen;
  }
}
