package dev.multiarch.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry wants to see before it answers (RFC 9110, 11.6.1: {@code WWW-Authenticate}).
 *
 * @param scheme in lower case: {@code basic}, {@code bearer}
 * @param parameters by name in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {

  static final String BASIC = "basic";
  static final String BEARER = "bearer";

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /**
   * Reads the challenges of header values, of which one may hold several: {@code Basic realm="a,
   * b", Bearer realm="https://…",scope="x"}. What cannot be read is left out.
   */
  static List<Challenge> parse(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      new Parser(header).readInto(challenges);
    }
    return challenges;
  }

  /** Walks over one header value; both a challenge and a parameter may follow a comma. */
  private static final class Parser {

    private final String text;
    private int position;

    Parser(String text) {
      this.text = text;
    }

    void readInto(List<Challenge> challenges) {
      Map<String, String> current = null;
      while (skip(", \t")) {
        String word = token();
        if (word.isEmpty()) {
          position++;
          continue;
        }
        int afterWord = position;
        skip(" \t");
        if (current != null && peek() == '=') {
          position++;
          skip(" \t");
          current.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
        } else {
          position = afterWord;
          current = new LinkedHashMap<>();
          challenges.add(new Challenge(word.toLowerCase(Locale.ROOT), current));
          skipToken68();
        }
      }
    }

    /** Moves over any of these characters; false at the end. */
    private boolean skip(String any) {
      while (position < text.length() && any.indexOf(text.charAt(position)) >= 0) {
        position++;
      }
      return position < text.length();
    }

    private char peek() {
      return position < text.length() ? text.charAt(position) : 0;
    }

    /** RFC 9110, 5.6.2: letters, digits and some marks. */
    private String token() {
      int start = position;
      while (position < text.length()
          && (Character.isLetterOrDigit(peek()) || "!#$%&'*+-.^_`|~".indexOf(peek()) >= 0)) {
        position++;
      }
      return text.substring(start, position);
    }

    private String value() {
      if (peek() != '"') {
        int start = position;
        while (position < text.length() && ", \t".indexOf(peek()) < 0) {
          position++;
        }
        return text.substring(start, position);
      }
      StringBuilder quoted = new StringBuilder();
      for (position++; position < text.length() && peek() != '"'; position++) {
        if (peek() == '\\' && position + 1 < text.length()) {
          position++;
        }
        quoted.append(peek());
      }
      position++;
      return quoted.toString();
    }

    /** Schemes such as Negotiate bring one word without a name, which may end in equals signs. */
    private void skipToken68() {
      int start = position;
      skip(" \t");
      token();
      while (peek() == '/' || peek() == '=') {
        position++;
        token();
      }
      boolean wholeWord = position >= text.length() || peek() == ',';
      if (!wholeWord || text.charAt(position - 1) != '=' && text.indexOf('=', start) >= 0) {
        position = start;
      }
    }
  }
}
