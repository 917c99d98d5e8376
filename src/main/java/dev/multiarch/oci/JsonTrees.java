package dev.multiarch.oci;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Turns bytes into trees and back, with nothing of Gson but its reader, its writer and its nodes:
 * they are 19 classes, and all that a build loads for JSON.
 */
final class JsonTrees {

  private JsonTrees() {}

  /**
   * Reads one JSON object. How deep it may go is the reader's to say.
   *
   * @throws IllegalArgumentException if the bytes are anything else; the message says where
   */
  static JsonObject read(byte[] bytes) {
    try (JsonReader reader = new JsonReader(new StringReader(decode(bytes)))) {
      reader.setStrictness(Strictness.STRICT);
      if (reader.peek() != JsonToken.BEGIN_OBJECT) {
        throw new IllegalArgumentException("expected a JSON object");
      }
      JsonObject object = readObject(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalArgumentException("not valid JSON: something follows the object");
      }
      return object;
    } catch (EOFException e) {
      throw new IllegalArgumentException("not valid JSON: it ends too early", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not valid JSON" + place(e), e);
    }
  }

  private static String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not valid JSON: it is not in UTF-8", e);
    }
  }

  /** Where the reader stopped. Of its message the rest is advice to programmers. */
  private static String place(IOException e) {
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf(" at line ");
    return at < 0 ? ": " + message : message.substring(at).lines().findFirst().orElse("");
  }

  private static JsonElement read(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> readObject(reader);
      case BEGIN_ARRAY -> readArray(reader);
      case STRING -> new JsonPrimitive(reader.nextString());
      case NUMBER -> readNumber(reader);
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      default -> readNull(reader);
    };
  }

  private static JsonObject readObject(JsonReader reader) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      if (object.has(name)) {
        // Two readers that disagree on which of two equal keys counts see two different images.
        throw new IllegalArgumentException(
            "not valid JSON: the same field is there twice, " + reader.getPath());
      }
      object.add(name, read(reader));
    }
    reader.endObject();
    return object;
  }

  private static JsonArray readArray(JsonReader reader) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(read(reader));
    }
    reader.endArray();
    return array;
  }

  private static JsonPrimitive readNumber(JsonReader reader) throws IOException {
    String text = reader.nextString();
    try {
      return new JsonPrimitive(Long.valueOf(text));
    } catch (NumberFormatException e) {
      return new JsonPrimitive(decimal(text, reader));
    }
  }

  /** A number with a fraction, or a larger one; the reader refuses more than a thousand digits. */
  private static BigDecimal decimal(String text, JsonReader reader) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "not valid JSON: a number out of all range, " + reader.getPath(), e);
    }
  }

  private static JsonElement readNull(JsonReader reader) throws IOException {
    reader.nextNull();
    return JsonNull.INSTANCE;
  }

  /** Prints an object, with its fields in the order in which they were set. */
  static String print(JsonObject object, FormattingStyle style) {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = new JsonWriter(text)) {
      writer.setStrictness(Strictness.STRICT);
      writer.setFormattingStyle(style);
      write(object, writer);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can always be printed", e);
    }
    return text.toString();
  }

  private static void write(JsonElement node, JsonWriter writer) throws IOException {
    if (node instanceof JsonObject object) {
      writer.beginObject();
      for (Map.Entry<String, JsonElement> field : object.entrySet()) {
        writer.name(field.getKey());
        write(field.getValue(), writer);
      }
      writer.endObject();
    } else if (node instanceof JsonArray array) {
      writer.beginArray();
      for (JsonElement element : array) {
        write(element, writer);
      }
      writer.endArray();
    } else if (node instanceof JsonPrimitive value) {
      write(value, writer);
    } else {
      writer.nullValue();
    }
  }

  private static void write(JsonPrimitive value, JsonWriter writer) throws IOException {
    if (value.isBoolean()) {
      writer.value(value.getAsBoolean());
    } else if (value.isNumber()) {
      writer.value(value.getAsNumber());
    } else {
      writer.value(value.getAsString());
    }
  }
}
