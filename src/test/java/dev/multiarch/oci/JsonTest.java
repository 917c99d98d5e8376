package dev.multiarch.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private static final ObjectMapper JACKSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What others wrote is read, and what is printed others read, with nothing lost in between. */
  @Test
  void anotherReaderFindsWhatAnotherWriterWrote() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      ObjectNode tree = randomObject(random, 4);
      byte[] written =
          (random.nextBoolean() ? JACKSON.writer() : JACKSON.writerWithDefaultPrettyPrinter())
              .writeValueAsBytes(tree);
      byte[] compact = Json.compact(Json.parseObject(written));
      assertThat(JACKSON.readTree(compact)).isEqualTo(JACKSON.readTree(written));
      assertThat(JACKSON.readTree(Json.pretty(Json.parseObject(compact))))
          .isEqualTo(JACKSON.readTree(written));
    }
  }

  private static ObjectNode randomObject(Random random, int depth) {
    ObjectNode object = NODES.objectNode();
    for (int i = random.nextInt(5); i > 0; i--) {
      object.set(randomText(random), randomNode(random, depth));
    }
    return object;
  }

  private static JsonNode randomNode(Random random, int depth) {
    switch (random.nextInt(depth > 0 ? 9 : 7)) {
      case 0:
        return NODES.nullNode();
      case 1:
        return NODES.booleanNode(random.nextBoolean());
      case 2:
        return NODES.numberNode(random.nextInt(10));
      case 3:
        return NODES.numberNode(random.nextLong());
      case 4:
        return NODES.numberNode(new BigInteger(100, random));
      case 5:
        return NODES.numberNode(
            new BigDecimal(BigInteger.valueOf(random.nextInt()), random.nextInt(40) - 20));
      case 6:
        return NODES.textNode(randomText(random));
      case 7:
        return randomObject(random, depth - 1);
      default:
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(randomNode(random, depth - 1));
        }
        return array;
    }
  }

  private static String randomText(Random random) {
    String letters = "ab \"\\/<>&'\n\t\u0000\u001f\u007fäß\u2028\ufeff日";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int at = random.nextInt(letters.length() + 1);
      text.append(at == letters.length() ? "\ud83d\ude00" : letters.substring(at, at + 1));
    }
    return text.toString();
  }

  @Test
  void theCompactFormHasNoSpaceAndEscapesNoMoreThanItMust() {
    assertThat(compact("{ \"a\" : [ 1 , 2.50, true , null, { } ],\n \"b\":\"<é&'/>\\u0041\" }"))
        .isEqualTo("{\"a\":[1,2.50,true,null,{}],\"b\":\"<é&'/>A\"}");
  }

  @Test
  void theFormForPeopleHasAFieldALine() {
    assertThat(new String(Json.pretty(parse("{\"a\":[1],\"b\":{\"c\":\"d\"}}")), UTF_8))
        .isEqualTo(
            """
            {
              "a": [
                1
              ],
              "b": {
                "c": "d"
              }
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "{} {}",
        "{",
        "{\"a\":1",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":True}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1}//",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":1;\"b\":2}",
        "{\"a\":1,\"a\":1}",
        "{\"x\":[{\"a\":1,\"\\u0061\":2}]}"
      })
  void whatIsNotJsonIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsPattern("JSON")
        .doesNotContain("\n", "http", "Strictness");
  }

  @Test
  void theMessageSaysWhere() {
    assertThatThrownBy(() -> parse("{\"manifests\":[\n{\"size\": x}]}"))
        .hasMessage("not valid JSON at line 2 column 10 path $.manifests[0].size");
    assertThatThrownBy(() -> parse("{\"a\":{\"b\":1,\"b\":2}}"))
        .hasMessage("not valid JSON: the same field is there twice, $.a.b");
    assertThatThrownBy(() -> parse("{\"a\":[1e99999999999]}"))
        .hasMessage("not valid JSON: a number out of all range, $.a[1]");
    assertThatThrownBy(() -> Json.parseObject("{\"a\":\"ä\"}".getBytes(ISO_8859_1)))
        .hasMessage("not valid JSON: it is not in UTF-8");
  }

  @Test
  void whatIsMadeToTakeLongIsRefused() {
    assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> parse("{\"a\":" + "1".repeat(1_000_000) + "}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWholeNumberIsOneThatFits() {
    var json = parse("{\"a\":5,\"b\":5.5,\"c\":99999999999999999999,\"d\":\"5\",\"e\":null}");
    assertThat(Json.number(json, "a")).contains(5L);
    for (String other : new String[] {"b", "c", "d", "e", "missing"}) {
      assertThat(Json.number(json, other)).isEmpty();
    }
  }

  @Test
  void nullIsAsIfItWereMissing() {
    var json = parse("{\"a\":null}");
    assertThat(Json.text(json, "a")).isEmpty();
    assertThat(Json.texts(json, "a")).isEmpty();
    assertThat(Json.objects(json, "a")).isEmpty();
    assertThat(Json.textMap(json, "a")).isEmpty();
    assertThat(Json.objectOrEmpty(json, "a").size()).isZero();
    assertThatThrownBy(() -> Json.requiredText(json, "a")).hasMessageContaining("'a' is missing");
    Json.objectIn(json, "a").addProperty("b", 1);
    assertThat(new String(Json.compact(json), UTF_8)).isEqualTo("{\"a\":{\"b\":1}}");
  }

  @Test
  void anElementThatIsNullIsAnEmptyObject() {
    assertThat(Json.objects(parse("{\"a\":[null]}"), "a")).containsExactly(Json.object());
    assertThatThrownBy(() -> Json.objects(parse("{\"a\":[1]}"), "a"))
        .hasMessageContaining("'a' holds what is not an object");
  }

  @Test
  void whatIsNoObjectIsReplacedWhereOneIsWanted() {
    var json = parse("{\"a\":[],\"b\":{\"c\":1}}");
    Json.objectIn(json, "a").addProperty("x", 1);
    Json.objectIn(json, "b").addProperty("x", 1);
    assertThat(new String(Json.compact(json), UTF_8))
        .isEqualTo("{\"a\":{\"x\":1},\"b\":{\"c\":1,\"x\":1}}");
  }

  private static String compact(String text) {
    return new String(Json.compact(parse(text)), UTF_8);
  }

  private static JsonObject parse(String text) {
    return Json.parseObject(text.getBytes(UTF_8));
  }
}
