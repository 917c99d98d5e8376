package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengesTest {

  private static final Challenge BEARER =
      new Challenge(
          "bearer", Map.of("realm", "https://t/token", "scope", "repository:a:pull,push"));
  private static final String BEARER_TEXT =
      "Bearer realm=\"https://t/token\",scope=\"repository:a:pull,push\"";

  private static List<Challenge> parse(String... headers) {
    return Challenge.parse(List.of(headers));
  }

  @Test
  void aCommaWithinQuotesPartsNothing() {
    assertThat(parse(BEARER_TEXT)).containsExactly(BEARER);
  }

  @Test
  void challengesComeInAnyOrderInOneHeaderOrInSeveral() {
    Challenge basic = new Challenge("basic", Map.of("realm", "x, y=z"));
    assertThat(parse("basic realm=\"x, y=z\", " + BEARER_TEXT)).containsExactly(basic, BEARER);
    assertThat(parse(BEARER_TEXT + " , basic realm=\"x, y=z\"")).containsExactly(BEARER, basic);
    assertThat(parse(BEARER_TEXT, "basic realm=\"x, y=z\"")).containsExactly(BEARER, basic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Negotiate", "Negotiate YII=", "NTLM TlRM", "X a/b+c.~d=="})
  void aBlobInThePlaceOfParametersSwallowsNothing(String other) {
    assertThat(parse(other + ", " + BEARER_TEXT)).hasSize(2).contains(BEARER);
  }

  @Test
  void aBackslashQuotesAQuote() {
    assertThat(parse("Basic realm=\"a \\\"b\\\"\"").get(0).parameter("realm")).contains("a \"b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",,", "=", "\"", "Bearer realm=\"never ended", "Bearer realm=\"\\"})
  void whatHasNoFormIsPassedOver(String header) {
    assertThat(parse(header, BEARER_TEXT)).contains(BEARER);
  }
}
