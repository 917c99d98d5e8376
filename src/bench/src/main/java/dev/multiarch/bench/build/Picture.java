package dev.multiarch.bench.build;

import static dev.multiarch.bench.build.Results.format;

import java.util.List;

/** Draws the results: two bars a case, seconds over Maven alone. */
final class Picture {

  private static final int LABELS = 400;
  private static final int BARS = 420;
  private static final int NUMBERS = 70;
  private static final int BAR = 13;
  private static final int ROW = 40;
  private static final int HEAD = 46;

  private Picture() {}

  static String of(List<Results.Row> rows) {
    double longest =
        rows.stream().mapToDouble(r -> Math.max(r.oursOver(), r.jibsOver())).max().orElse(1);
    int width = LABELS + BARS + NUMBERS;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
            font-family="sans-serif" font-size="12">
          <rect width="100%%" height="100%%" fill="#ffffff"/>
          <text x="10" y="20" font-size="14">Seconds that a build takes over Maven alone</text>
          <rect x="%3$d" y="9" width="12" height="12" fill="#1f77b4"/>
          <text x="%4$d" y="20">multiarch</text>
          <rect x="%5$d" y="9" width="12" height="12" fill="#c7c7c7"/>
          <text x="%6$d" y="20">jib</text>
        """
            .formatted(
                width, HEAD + rows.size() * ROW, LABELS, LABELS + 18, LABELS + 110, LABELS + 128));
    int y = HEAD;
    for (Results.Row row : rows) {
      svg.append(
          "  <text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s: %s</text>%n"
              .formatted(LABELS - 8, y + BAR + 4, row.application().key(), row.situation().title));
      bar(svg, y, row.oursOver(), longest, "#1f77b4");
      bar(svg, y + BAR + 1, row.jibsOver(), longest, "#c7c7c7");
      y += ROW;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, int y, double value, double longest, String colour) {
    double length = Math.max(1, value / longest * BARS);
    svg.append(
        format(
            "  <rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
            LABELS, y, length, BAR, colour));
    svg.append(
        format(
            "  <text x=\"%.1f\" y=\"%d\" font-size=\"11\">%.2f</text>%n",
            LABELS + length + 5, y + BAR - 2, value));
  }
}
