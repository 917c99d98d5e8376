package dev.multiarch.oci;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) as trees, not as beans: fields that we do not know survive a round trip by being
 * left alone, and no bean introspection is paid for at start-up.
 */
public final class Json {

  private Json() {}

  /** An empty object; its fields print in the order in which they are set. */
  public static JsonObject object() {
    return new JsonObject();
  }

  /**
   * Reads one JSON object.
   *
   * @throws IllegalArgumentException if the bytes are anything else; the message says where
   */
  public static JsonObject parseObject(byte[] bytes) {
    return JsonTrees.read(bytes);
  }

  /** The object without white space, in UTF-8: the form whose digest is taken. */
  public static byte[] compact(JsonObject object) {
    return JsonTrees.print(object, FormattingStyle.COMPACT).getBytes(StandardCharsets.UTF_8);
  }

  /** The object for people to read, in UTF-8, ending in a line feed on every system. */
  public static byte[] pretty(JsonObject object) {
    String text = JsonTrees.print(object, FormattingStyle.PRETTY) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The text of a field; empty if it is missing or null. */
  public static Optional<String> text(JsonObject object, String field) {
    JsonElement value = valueOf(object, field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonPrimitive text && text.isString()) {
      return Optional.of(text.getAsString());
    }
    throw new IllegalArgumentException("field '" + field + "' is not a text");
  }

  /**
   * The text of a field that must be there.
   *
   * @throws IllegalArgumentException if it is missing or no text
   */
  public static String requiredText(JsonObject object, String field) {
    Optional<String> text = text(object, field);
    if (text.isEmpty()) {
      throw missing(field);
    }
    return text.get();
  }

  /**
   * A whole number.
   *
   * @return empty if it is missing or null, or has a fraction, or more than 64 bits
   */
  public static Optional<Long> number(JsonObject object, String field) {
    return object.get(field) instanceof JsonPrimitive value
            && value.isNumber()
            && (value.getAsNumber() instanceof Long || value.getAsNumber() instanceof Integer)
        ? Optional.of(value.getAsLong())
        : Optional.empty();
  }

  /** Whether a field says {@code true}. */
  public static boolean isTrue(JsonObject object, String field) {
    return object.get(field) instanceof JsonPrimitive value
        && value.isBoolean()
        && value.getAsBoolean();
  }

  /** An object field; an empty object if it is missing, null, or something else. */
  public static JsonObject objectOrEmpty(JsonObject object, String field) {
    return object.get(field) instanceof JsonObject there ? there : object();
  }

  /**
   * An object field that must be there.
   *
   * @throws IllegalArgumentException if it is missing or no object
   */
  public static JsonObject requiredObject(JsonObject object, String field) {
    JsonElement value = valueOf(object, field);
    if (value == null) {
      throw missing(field);
    }
    return asObject(value, field);
  }

  /**
   * The objects in an array field; none if it is missing or null. One that is null is an empty
   * object, as readers in Go take it.
   */
  public static List<JsonObject> objects(JsonObject object, String field) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement element : array(object, field)) {
      objects.add(element.isJsonNull() ? object() : asObject(element, field));
    }
    return Collections.unmodifiableList(objects);
  }

  /** The texts of an array field; none if it is missing or null. */
  public static List<String> texts(JsonObject object, String field) {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : array(object, field)) {
      texts.add(asText(element));
    }
    return Collections.unmodifiableList(texts);
  }

  /** An object field as a map from text to text, in the order of the document. */
  public static Map<String, String> textMap(JsonObject object, String field) {
    Map<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : objectOrEmpty(object, field).entrySet()) {
      map.put(entry.getKey(), asText(entry.getValue()));
    }
    return Collections.unmodifiableMap(map);
  }

  /** Sets a field to a new object. */
  public static JsonObject putObject(JsonObject object, String field) {
    JsonObject fresh = object();
    object.add(field, fresh);
    return fresh;
  }

  /** Sets a field to an array of texts. */
  public static void putTexts(JsonObject object, String field, List<String> texts) {
    JsonArray array = putArray(object, field);
    for (String text : texts) {
      array.add(text);
    }
  }

  /** Sets a field to a new array. */
  public static JsonArray putArray(JsonObject object, String field) {
    JsonArray fresh = new JsonArray();
    object.add(field, fresh);
    return fresh;
  }

  /**
   * An object field to be changed. It is made if it is missing or no object: configs written by
   * Docker have null where there is nothing, others an empty array.
   */
  public static JsonObject objectIn(JsonObject object, String field) {
    return object.get(field) instanceof JsonObject there ? there : putObject(object, field);
  }

  /** An array field to be changed. It is made if it is missing or null. */
  public static JsonArray arrayIn(JsonObject object, String field) {
    return valueOf(object, field) == null ? putArray(object, field) : array(object, field);
  }

  private static JsonArray array(JsonObject object, String field) {
    JsonElement value = valueOf(object, field);
    if (value == null) {
      return new JsonArray();
    }
    if (value instanceof JsonArray array) {
      return array;
    }
    throw new IllegalArgumentException("field '" + field + "' is not an array");
  }

  private static JsonObject asObject(JsonElement value, String field) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new IllegalArgumentException("field '" + field + "' holds what is not an object");
  }

  /**
   * A number or a boolean where a text is wanted is what a person wrote who left out the quotes.
   */
  private static String asText(JsonElement value) {
    return value instanceof JsonPrimitive plain ? plain.getAsString() : "";
  }

  private static @Nullable JsonElement valueOf(JsonObject object, String field) {
    JsonElement value = object.get(field);
    return value == null || value.isJsonNull() ? null : value;
  }

  private static IllegalArgumentException missing(String field) {
    return new IllegalArgumentException("field '" + field + "' is missing");
  }
}
