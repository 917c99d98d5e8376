package dev.multiarch.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON as trees, not as beans: fields that we do not know survive a round trip by being left alone,
 * and no bean introspection is paid for at start-up.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Two readers that disagree on which of two equal keys counts see two different images.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Json() {}

  /** An empty object; its fields print in the order in which they are set. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Reads one JSON object.
   *
   * @throws IllegalArgumentException if the bytes are anything else; the message says where
   */
  public static ObjectNode parseObject(byte[] bytes) {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        ObjectNode object = JsonTrees.readObject(parser);
        if (parser.nextToken() != null) {
          throw new IllegalArgumentException("not valid JSON: something follows the object");
        }
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not valid JSON: " + withoutSource(e), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
    throw new IllegalArgumentException("expected a JSON object");
  }

  private static String withoutSource(JsonProcessingException e) {
    return e.getLocation() == null
        ? e.getOriginalMessage()
        : "%s (line %d, column %d)"
            .formatted(
                e.getOriginalMessage(), e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  /** The object without white space, in UTF-8: the form whose digest is taken. */
  public static byte[] compact(ObjectNode object) {
    return print(object, null);
  }

  /** The object for people to read, in UTF-8, ending in a line feed on every system. */
  public static byte[] pretty(ObjectNode object) {
    var lineFeeds = new com.fasterxml.jackson.core.util.DefaultIndenter("  ", "\n");
    byte[] text =
        print(
            object,
            new DefaultPrettyPrinter().withObjectIndenter(lineFeeds).withArrayIndenter(lineFeeds));
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  private static byte[] print(ObjectNode object, @Nullable PrettyPrinter printer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
      generator.setPrettyPrinter(printer);
      JsonTrees.write(object, generator);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can always be printed", e);
    }
    return bytes.toByteArray();
  }

  /** The text of a field; empty if it is missing or null. */
  public static Optional<String> text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new IllegalArgumentException("field '" + field + "' is not a text");
    }
    return Optional.of(value.textValue());
  }

  /**
   * The text of a field that must be there.
   *
   * @throws IllegalArgumentException if it is missing or no text
   */
  public static String requiredText(JsonNode object, String field) {
    Optional<String> text = text(object, field);
    if (text.isEmpty()) {
      throw new IllegalArgumentException("field '" + field + "' is missing");
    }
    return text.get();
  }

  /** The elements of an array field; none if it is missing or null. */
  public static List<JsonNode> array(JsonNode object, String field) {
    JsonNode value = object.get(field);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw new IllegalArgumentException("field '" + field + "' is not an array");
    }
    List<JsonNode> elements = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      elements.add(element);
    }
    return Collections.unmodifiableList(elements);
  }

  /** The texts of an array field; none if it is missing or null. */
  public static List<String> texts(JsonNode object, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(object, field)) {
      texts.add(element.asText());
    }
    return Collections.unmodifiableList(texts);
  }

  /** An object field as a map from text to text, in the order of the document. */
  public static Map<String, String> textMap(JsonNode object, String field) {
    Map<String, String> map = new LinkedHashMap<>();
    JsonNode value = object.get(field);
    if (value != null && value.isObject()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        map.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return Collections.unmodifiableMap(map);
  }
}
