package dev.multiarch.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One way to authenticate that a {@code WWW-Authenticate} header offers (RFC 9110, section 11.3).
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {

  static final String BASIC = "basic";
  static final String BEARER = "bearer";

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** Reads all challenges of all header lines, in their order. What has no form is passed over. */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      new Reader(header, challenges).read();
    }
    return challenges;
  }

  /**
   * A list of challenges and a challenge's list of parameters are both parted by commas, so a word
   * is a parameter's name only if an equals sign follows, and else the next scheme.
   */
  private static final class Reader {

    /**
     * {@code Negotiate YII=}: one word in the place of parameters, up to the comma that ends the
     * challenge (RFC 9110, section 11.2).
     */
    private static final Pattern TOKEN68 = Pattern.compile("[ \\t]+[\\w.~+/-]+=*[ \\t]*(?=,|$)");

    private final String text;
    private final List<Challenge> challenges;
    private int at;

    Reader(String text, List<Challenge> challenges) {
      this.text = text;
      this.challenges = challenges;
    }

    void read() {
      while (true) {
        skip(" \t,");
        String word = token();
        if (word.isEmpty()) {
          if (at >= text.length()) {
            return;
          }
          at++;
          continue;
        }
        int afterWord = at;
        skip(" \t");
        if (isParameter()) {
          at++;
          skip(" \t");
          String value = value();
          if (!challenges.isEmpty()) {
            last().putIfAbsent(word.toLowerCase(Locale.ROOT), value);
          }
        } else {
          at = afterWord;
          challenges.add(new Challenge(word.toLowerCase(Locale.ROOT), new LinkedHashMap<>()));
          skipToken68();
        }
      }
    }

    private Map<String, String> last() {
      return challenges.get(challenges.size() - 1).parameters;
    }

    private boolean isParameter() {
      return at < text.length() && text.charAt(at) == '=';
    }

    private void skipToken68() {
      Matcher word = TOKEN68.matcher(text).region(at, text.length());
      if (word.lookingAt()) {
        at = word.end();
      }
    }

    private String value() {
      if (at >= text.length() || text.charAt(at) != '"') {
        int start = at;
        // Wider than a token: some servers leave the quotes off addresses.
        while (at < text.length() && " \t,".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        return text.substring(start, at);
      }
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }

    private String token() {
      int start = at;
      while (at < text.length() && isToken(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private static boolean isToken(char c) {
      return (c >= '0' && c <= '9')
          || (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
