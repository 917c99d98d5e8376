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
   * @param range where the ratio lies of what both were longer
   */
  record Row(
      Application application,
      Case situation,
      MavenRun floor,
      MavenRun ours,
      MavenRun jibs,
      double oursInTurn,
      double jibsInTurn,
      Range range) {

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
          Over ours = over(application, situation, Contender.OURS);
          Over jibs = over(application, situation, Contender.JIB);
          rows.add(
              new Row(
                  application,
                  situation,
                  median(ours.floor),
                  median(ours.runs),
                  median(jibs.runs),
                  ours.inTurn(),
                  jibs.inTurn(),
                  ours.to(jibs)));
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
        median(runs.stream().mapToDouble(MavenRun::cpu)));
  }

  private Over over(Application application, Case situation, Contender contender) {
    return new Over(
        runs(application, situation, Contender.MAVEN), runs(application, situation, contender));
  }

  /** The runs of Maven alone and of a contender, turn by turn. */
  private record Over(List<MavenRun> floor, List<MavenRun> runs) {

    /** A machine's speed changes in minutes; within a turn it does so less. */
    double inTurn() {
      return median(
          IntStream.range(0, runs.size())
              .mapToDouble(turn -> runs.get(turn).wall() - floor.get(turn).wall()));
    }

    /** By how much the median of some turns is longer than that of Maven alone. */
    double of(int[] turns) {
      return wall(runs, turns) - wall(floor, turns);
    }

    private static double wall(List<MavenRun> runs, int[] turns) {
      return median(IntStream.of(turns).mapToDouble(turn -> runs.get(turn).wall()));
    }

    /**
     * The range of the ratio to another. It comes of turns drawn from those that were measured, as
     * many and with repetition, again and again (the bootstrap); the same turns for both.
     */
    Range to(Over other) {
      // The same samples always give the same table.
      Random random = new Random(1);
      double[] ratios = new double[DRAWS];
      for (int draw = 0; draw < DRAWS; draw++) {
        int[] turns = random.ints(runs.size(), 0, runs.size()).toArray();
        ratios[draw] = of(turns) / other.of(turns);
      }
      Arrays.sort(ratios);
      return new Range(ratios[DRAWS / 20], ratios[DRAWS - DRAWS / 20 - 1]);
    }
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
              row.range,
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
                  over(eight.application, eight.situation, Contender.OURS)
                      .to(over(two.application, two.situation, Contender.OURS)),
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
