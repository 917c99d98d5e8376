package dev.multiarch.bench.build;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What was measured, and what follows from it. */
final class Results {

  /** How often turns are drawn anew; a hundred of them lie beyond each end of a range. */
  private static final int DRAWS = 2000;

  /** One process. */
  record Sample(Application application, Case situation, Contender contender, MavenRun run) {}

  /**
   * One case: the medians, in seconds.
   *
   * @param floor Maven alone
   * @param ours ours, with Maven
   * @param jibs jib's, with Maven
   * @param range of the ratio of what both were longer
   * @param restRange the same, from where the jar is made
   */
  record Row(
      Application application,
      Case situation,
      MavenRun floor,
      MavenRun ours,
      MavenRun jibs,
      Range range,
      Range restRange) {

    double oursOver() {
      return ours.wall() - floor.wall();
    }

    double jibsOver() {
      return jibs.wall() - floor.wall();
    }

    double oursRest() {
      return ours.rest() - floor.rest();
    }

    double jibsRest() {
      return jibs.rest() - floor.rest();
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
          List<MavenRun> floor = runs(application, situation, Contender.MAVEN);
          List<MavenRun> ours = runs(application, situation, Contender.OURS);
          List<MavenRun> jibs = runs(application, situation, Contender.JIB);
          rows.add(
              new Row(
                  application,
                  situation,
                  median(floor),
                  median(ours),
                  median(jibs),
                  range(MavenRun::wall, floor, ours, floor, jibs),
                  range(MavenRun::rest, floor, ours, floor, jibs)));
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

  private static MavenRun median(List<MavenRun> runs) {
    return new MavenRun(
        median(runs.stream().mapToDouble(MavenRun::wall)),
        median(runs.stream().mapToDouble(MavenRun::rest)),
        median(runs.stream().mapToDouble(MavenRun::cpu)));
  }

  /**
   * The range of a ratio: of what one was longer than Maven alone to what another was. It comes of
   * turns drawn from those that were measured, as many and with repetition, again and again (the
   * bootstrap); the same turns for all four.
   */
  private static Range range(
      ToDoubleFunction<MavenRun> measure,
      List<MavenRun> floor,
      List<MavenRun> one,
      List<MavenRun> otherFloor,
      List<MavenRun> other) {
    // The same samples always give the same table.
    Random random = new Random(1);
    double[] ratios = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      int[] turns = random.ints(one.size(), 0, one.size()).toArray();
      ratios[draw] =
          (median(measure, one, turns) - median(measure, floor, turns))
              / (median(measure, other, turns) - median(measure, otherFloor, turns));
    }
    Arrays.sort(ratios);
    return new Range(ratios[DRAWS / 20], ratios[DRAWS - DRAWS / 20 - 1]);
  }

  private static double median(
      ToDoubleFunction<MavenRun> measure, List<MavenRun> runs, int[] turns) {
    return median(IntStream.of(turns).mapToDouble(turn -> measure.applyAsDouble(runs.get(turn))));
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
    text.append(" ours / jib | its 90 % range | from the jar on: ours, jib, s | ours / jib |");
    text.append(" its 90 % range | CPU ours / jib, s |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (Row row : rows()) {
      text.append(
          format(
              "| %s | %s | %.2f | %.2f | %.2f | **%.2f** | %s | %.2f, %.2f | **%.2f** | %s"
                  + " | %.1f / %.1f |%n",
              row.application.key(),
              row.situation.title,
              row.floor.wall(),
              row.oursOver(),
              row.jibsOver(),
              row.oursOver() / row.jibsOver(),
              row.range,
              row.oursRest(),
              row.jibsRest(),
              row.oursRest() / row.jibsRest(),
              row.restRange,
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
                      + " from the jar on **%.2f** (%s).%n",
                  eight.application.key(),
                  eight.oursOver() / two.oursOver(),
                  range(MavenRun::wall, eight, two),
                  eight.oursRest() / two.oursRest(),
                  range(MavenRun::rest, eight, two)));
        }
      }
    }
    return text.toString();
  }

  /** Of what ours was longer in one case to what it was in another. */
  private Range range(ToDoubleFunction<MavenRun> measure, Row one, Row other) {
    return range(
        measure,
        runs(one.application, one.situation, Contender.MAVEN),
        runs(one.application, one.situation, Contender.OURS),
        runs(other.application, other.situation, Contender.MAVEN),
        runs(other.application, other.situation, Contender.OURS));
  }

  /** Everything, for programs. */
  String json(String machine) {
    List<String> lines = new ArrayList<>();
    for (Sample sample : samples) {
      lines.add(
          format(
              "    {\"application\": \"%s\", \"case\": \"%s\", \"contender\": \"%s\","
                  + " \"wall\": %.3f, \"rest\": %.3f, \"cpu\": %.3f}",
              sample.application.key(),
              sample.situation.key(),
              sample.contender.name().toLowerCase(Locale.ROOT),
              sample.run.wall(),
              sample.run.rest(),
              sample.run.cpu()));
    }
    return "{\n  \"machine\": \"%s\",\n  \"samples\": [\n%s\n  ]\n}\n"
        .formatted(machine.replace("\"", "'"), String.join(",\n", lines));
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
