package dev.multiarch.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer and the way in which it is delivered. The body is also given to a HEAD, which takes its
 * length and leaves it.
 */
record HttpAnswer(
    int status, List<Map.Entry<String, String>> headers, byte[] body, Delivery delivery) {

  /** How much of an answer the client gets to see. */
  enum Delivery {
    /** All of it. */
    WHOLE,
    /** All of it, without a look at the request's body; then the connection ends. */
    WITHOUT_READING,
    /** Half of head and body together, then a reset. */
    HALF_THEN_RESET,
    /** The head and half of the body, then the orderly end of the connection. */
    HALF_BODY_THEN_CLOSE,
    /** The head and half of the body, then nothing until the client or the test gives up. */
    HALF_BODY_THEN_STALL,
    /** Nothing but a reset. */
    RESET
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  HttpAnswer {
    headers = List.copyOf(headers);
  }

  static HttpAnswer of(int status) {
    return new HttpAnswer(status, List.of(), new byte[0], Delivery.WHOLE);
  }

  static HttpAnswer json(int status, Object value) {
    try {
      return of(status)
          .withHeader("Content-Type", "application/json")
          .withBody(JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An error with the body that the spec prescribes, "Error Codes". */
  static HttpAnswer error(int status, String code, String message) {
    return errors(status, List.of(code), message);
  }

  static HttpAnswer errors(int status, List<String> codes, String message) {
    return json(
        status,
        Map.of(
            "errors",
            codes.stream().map(code -> Map.of("code", code, "message", message)).toList()));
  }

  static HttpAnswer reset() {
    return of(0).delivered(Delivery.RESET);
  }

  Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  HttpAnswer withHeader(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new HttpAnswer(status, more, body, delivery);
  }

  /** Replaces a header by another value. */
  HttpAnswer withOther(String name, String value) {
    List<Map.Entry<String, String>> others =
        headers.stream().filter(header -> !header.getKey().equalsIgnoreCase(name)).toList();
    return new HttpAnswer(status, others, body, delivery).withHeader(name, value);
  }

  HttpAnswer withBody(byte[] newBody) {
    return new HttpAnswer(status, headers, newBody, delivery);
  }

  HttpAnswer delivered(Delivery newDelivery) {
    return new HttpAnswer(status, headers, body, newDelivery);
  }

  /** Returns status line and headers as they go over the wire. */
  byte[] head(boolean last) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    headers.forEach(h -> head.append(h.getKey() + ": " + h.getValue() + "\r\n"));
    if (status != 204 && status != 304) {
      head.append("Content-Length: " + body.length + "\r\n");
    }
    if (last) {
      head.append("Connection: close\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
