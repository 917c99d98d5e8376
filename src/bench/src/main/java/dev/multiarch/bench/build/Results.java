package dev.multiarch.bench.build;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What was measured, and what follows from it. */
final class Results {

  /** How often turns are drawn anew; a hundred of them lie beyond each end of a range. */
  private static final int DRAWS = 2000;

  /** One process. */
  record Sample(Application application, Case situation, Contender contender, MavenRun run) {}

  /**
   * The medians of one case, in seconds.
   *
   * @param floor Maven alone
   * @param ours ours, with Maven
   * @param jibs jib's, with Maven
   * @param oursInTurn by how much ours was longer than Maven alone in the same turn
   * @param jibsInTurn the same of jib's
   * @param ratios where the ratio of what both were longer lies
   */
  record Row(
      Application application,
      Case situation,
      MavenRun floor,
      MavenRun ours,
      MavenRun jibs,
      double oursInTurn,
      double jibsInTurn,
      Range ratios) {

    double oursOver() {
      return ours.wall() - floor.wall();
    }

    double jibsOver() {
      return jibs.wall() - floor.wall();
    }

    double ratio() {
      return oursOver() / jibsOver();
    }

    double ratioInTurn() {
      return oursInTurn / jibsInTurn;
    }
  }

  /**
   * Where a ratio would lie in nine of ten measurements like this one, as far as its own turns
   * tell.
   */
  record Range(double low, double high) {
    @Override
    public String toString() {
      return format("%.2f to %.2f", low, high);
    }
  }

  private final List<Sample> samples = new ArrayList<>();

  void add(Sample sample) {
    samples.add(sample);
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Application application : samples.stream().map(Sample::application).distinct().toList()) {
      for (Case situation : Case.values()) {
        if (samples.stream().anyMatch(s -> isOf(s, application, situation, Contender.OURS))) {
          rows.add(
              new Row(
                  application,
                  situation,
                  median(application, situation, Contender.MAVEN),
                  median(application, situation, Contender.OURS),
                  median(application, situation, Contender.JIB),
                  overInTurn(application, situation, Contender.OURS),
                  overInTurn(application, situation, Contender.JIB),
                  range(
                      runs(application, situation, Contender.MAVEN),
                      runs(application, situation, Contender.OURS),
                      runs(application, situation, Contender.MAVEN),
                      runs(application, situation, Contender.JIB))));
        }
      }
    }
    return rows;
  }

  private static boolean isOf(Sample sample, Application app, Case situation, Contender who) {
    return sample.application == app && sample.situation == situation && sample.contender == who;
  }

  private List<MavenRun> runs(Application application, Case situation, Contender contender) {
    return samples.stream()
        .filter(s -> isOf(s, application, situation, contender))
        .map(Sample::run)
        .toList();
  }

  private MavenRun median(Application application, Case situation, Contender contender) {
    List<MavenRun> runs = runs(application, situation, contender);
    return new MavenRun(
        median(runs.stream().mapToDouble(MavenRun::wall)),
        median(runs.stream().mapToDouble(MavenRun::cpu)));
  }

  /** A machine's speed changes in minutes; within a turn it does so less. */
  private double overInTurn(Application application, Case situation, Contender contender) {
    List<MavenRun> alone = runs(application, situation, Contender.MAVEN);
    List<MavenRun> with = runs(application, situation, contender);
    return median(
        IntStream.range(0, with.size())
            .mapToDouble(turn -> with.get(turn).wall() - alone.get(turn).wall()));
  }

  /**
   * The range of the ratio of what one was longer than its floor to what another was longer than
   * its own. It comes of turns drawn from those that were measured, as many and with repetition,
   * again and again (the bootstrap); the same turns for all four.
   */
  private static Range range(
      List<MavenRun> floor, List<MavenRun> one, List<MavenRun> otherFloor, List<MavenRun> other) {
    // The same samples always give the same table.
    Random random = new Random(1);
    double[] ratios = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] turns = random.ints(one.size(), 0, one.size()).toArray();
      ratios[draw] =
          (wall(one, turns) - wall(floor, turns)) / (wall(other, turns) - wall(otherFloor, turns));
    }
    Arrays.sort(ratios);
    return new Range(ratios[DRAWS / 20], ratios[DRAWS - DRAWS / 20 - 1]);
  }

  private static double wall(List<MavenRun> runs, int[] turns) {
    return median(IntStream.of(turns).mapToDouble(turn -> runs.get(turn).wall()));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** As a table in Markdown. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append("| application | case | Maven alone, s | ours over it, s | jib over it, s |");
    text.append(" ours / jib | its 90 % range | the same in turns | CPU ours / jib, s |\n");
    text.append("|---|---|---|---|---|---|---|---|---|\n");
    for (Row row : rows()) {
      text.append(
          format(
              "| %s | %s | %.2f | %.2f | %.2f | **%.2f** | %s | %.2f | %.1f / %.1f |%n",
              row.application.key(),
              row.situation.title,
              row.floor.wall(),
              row.oursOver(),
              row.jibsOver(),
              row.ratio(),
              row.ratios,
              row.ratioInTurn(),
              row.ours.cpu(),
              row.jibs.cpu()));
    }
    for (Row eight : rows()) {
      for (Row two : rows()) {
        if (eight.situation == Case.EIGHT
            && two.situation == Case.COLD_SAME
            && two.application == eight.application) {
          text.append(
              format(
                  "%n%s: our 8 platforms take **%.2f** of the time of our 2 (90 %%: %s),"
                      + " in turns %.2f.%n",
                  eight.application.key(),
                  eight.oursOver() / two.oursOver(),
                  range(
                      runs(eight.application, Case.EIGHT, Contender.MAVEN),
                      runs(eight.application, Case.EIGHT, Contender.OURS),
                      runs(two.application, Case.COLD_SAME, Contender.MAVEN),
                      runs(two.application, Case.COLD_SAME, Contender.OURS)),
                  eight.oursInTurn / two.oursInTurn));
        }
      }
    }
    return text.toString();
  }

  /** Everything, for programs. */
  String json(String machine) {
    List<String> lines = new ArrayList<>();
    for (Sample sample : samples) {
      lines.add(
          format(
              "    {\"application\": \"%s\", \"case\": \"%s\", \"contender\": \"%s\","
                  + " \"wall\": %.3f, \"cpu\": %.3f}",
              sample.application.key(),
              sample.situation.key(),
              sample.contender.name().toLowerCase(Locale.ROOT),
              sample.run.wall(),
              sample.run.cpu()));
    }
    return "{\n  \"machine\": \"%s\",\n  \"samples\": [\n%s\n  ]\n}\n"
        .formatted(machine.replace("\"", "'"), String.join(",\n", lines));
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
