package dev.multiarch.testing;

import dev.multiarch.testing.HttpAnswer.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/**
 * Something that goes wrong with one request. Faults have no state of their own and may be planted
 * many times; those with a latch are as good as their latch.
 */
public final class Fault {

  /** What sort of fault it is, for a suite that expects different things of different faults. */
  public enum Type {
    /** The connection is reset, nothing was done. */
    RESET_BEFORE,
    /** All was done, half of the answer is sent, then the connection is reset. */
    RESET_WITHIN,
    /** All was done, the connection is reset instead of an answer. */
    RESET_AFTER,
    /** Nothing is answered until a latch opens or the registry is closed; then a reset. */
    STALL,
    /** Another status is answered, nothing was done. */
    STATUS,
    /** The answer's body ends before its announced length, with the connection. */
    CUT_BODY,
    /** The answer names another digest than that of its content. */
    WRONG_DIGEST,
    /** The answer's body differs in a byte. */
    WRONG_BYTES,
    /** The answer's body is longer or shorter, and its announced length with it. */
    WRONG_SIZE,
    /** The answer has another media type. */
    WRONG_MEDIA_TYPE,
    /** The upload session is gone. */
    LOSE_SESSION,
    /** Request or answer wait for something, then all goes on as if nothing had been. */
    DELAY,
    /** Half of the upload's body is taken and kept, then the connection is reset. */
    TRUNCATE_UPLOAD,
    /** A redirect is answered, nothing was done. */
    REDIRECT,
    /** All tokens expire before the request is looked at. */
    EXPIRE_TOKENS,
    /** All connections are reset and all upload sessions lost; the content stays. */
    RESTART
  }

  /** What a fault does; it calls {@link Call#proceed} or does not. */
  @FunctionalInterface
  interface Behaviour {
    HttpAnswer apply(Call call) throws IOException, InterruptedException;
  }

  private final Type type;
  private final String detail;
  private final Behaviour behaviour;

  private Fault(Type type, String detail, Behaviour behaviour) {
    this.type = type;
    this.detail = detail;
    this.behaviour = behaviour;
  }

  /** See {@link Type#RESET_BEFORE}; the request's body is left unread. */
  public static Fault resetBefore() {
    return new Fault(Type.RESET_BEFORE, "", call -> call.applied(HttpAnswer.reset()));
  }

  /** See {@link Type#RESET_WITHIN}; without a body, half of the head is sent. */
  public static Fault resetWithin() {
    return new Fault(
        Type.RESET_WITHIN,
        "",
        call -> call.applied(call.proceed().delivered(Delivery.HALF_THEN_RESET)));
  }

  /** See {@link Type#RESET_AFTER}. */
  public static Fault resetAfter() {
    return new Fault(
        Type.RESET_AFTER, "", call -> call.applied(call.proceed().delivered(Delivery.RESET)));
  }

  /** Stalls until the registry is closed, with the request's body unread and nothing done. */
  public static Fault stall() {
    return stallUntil(new CountDownLatch(1));
  }

  /** Stalls until a latch opens. */
  public static Fault stallUntil(CountDownLatch latch) {
    return new Fault(
        Type.STALL,
        "",
        call -> {
          call.applied();
          latch.await();
          return HttpAnswer.reset();
        });
  }

  /** Does what was asked, then stalls until the registry is closed. */
  public static Fault stallAfter() {
    return new Fault(
        Type.STALL,
        "after",
        call -> {
          call.applied(call.proceed());
          new CountDownLatch(1).await();
          return HttpAnswer.reset();
        });
  }

  /** Does what was asked, sends half of the answer's body, then nothing more. */
  public static Fault stallBody() {
    return new Fault(
        Type.STALL,
        "within the body",
        changingBody(answer -> answer.delivered(Delivery.HALF_BODY_THEN_STALL)));
  }

  /** Answers a status with the error body of the spec. */
  public static Fault status(int code) {
    return status(code, Map.of());
  }

  /** Answers a status with the error body of the spec and some headers. */
  public static Fault status(int code, Map<String, String> headers) {
    HttpAnswer body = HttpAnswer.error(code, errorCode(code), "planted by a test");
    return status(code, withAll(headers, body.header("Content-Type").orElseThrow()), body.body());
  }

  /** Answers a status with the errors of these codes (spec, "Error Codes"). */
  public static Fault errors(int status, String... codes) {
    HttpAnswer answer = HttpAnswer.errors(status, List.of(codes), "planted by a test");
    return new Fault(Type.STATUS, status + " " + codes[0], call -> call.applied(answer));
  }

  /** Answers a status with these headers and this body. */
  public static Fault status(int code, Map<String, String> headers, byte[] body) {
    HttpAnswer answer = answer(code, headers, body);
    String detail = code + (headers.containsKey("Retry-After") ? " with Retry-After" : "");
    return new Fault(Type.STATUS, detail, call -> call.applied(answer));
  }

  /**
   * Answers a status before the request's body was read and ends the connection: the client may get
   * the answer, or fail while it is still writing.
   */
  public static Fault statusUnread(int code) {
    HttpAnswer answer =
        HttpAnswer.error(code, errorCode(code), "planted by a test")
            .delivered(Delivery.WITHOUT_READING);
    return new Fault(Type.STATUS, code + " unread", call -> call.applied(answer));
  }

  /** Answers 429 with a {@code Retry-After} in seconds. */
  public static Fault tooManyRequests(int seconds) {
    return status(429, Map.of("Retry-After", Integer.toString(seconds)));
  }

  /** Answers 429 with a {@code Retry-After} that is a date; RFC 9110 section 10.2.3. */
  public static Fault tooManyRequestsUntil(Instant date) {
    String text =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .format(date.atZone(ZoneOffset.UTC));
    return status(429, Map.of("Retry-After", text));
  }

  /** See {@link Type#CUT_BODY}. */
  public static Fault cutBody() {
    return new Fault(
        Type.CUT_BODY, "", changingBody(answer -> answer.delivered(Delivery.HALF_BODY_THEN_CLOSE)));
  }

  /** See {@link Type#WRONG_DIGEST}: {@code Docker-Content-Digest} is another, but well-formed. */
  public static Fault wrongDigest() {
    String other = Digests.sha256("other".getBytes(StandardCharsets.UTF_8));
    return new Fault(Type.WRONG_DIGEST, "", replacing("Docker-Content-Digest", other));
  }

  /** See {@link Type#WRONG_BYTES}: a bit of the byte in the middle is another. */
  public static Fault wrongBytes() {
    return new Fault(
        Type.WRONG_BYTES,
        "",
        changingBody(
            answer -> {
              byte[] body = answer.body().clone();
              body[body.length / 2] ^= 1;
              return answer.withBody(body);
            }));
  }

  /** See {@link Type#WRONG_SIZE}; a negative difference makes the body shorter, down to nothing. */
  public static Fault wrongSize(int difference) {
    return new Fault(
        Type.WRONG_SIZE,
        "%+d".formatted(difference),
        call -> {
          HttpAnswer answer = call.proceed();
          int length = answer.body().length;
          return answer.isSuccess() && length > 0
              ? call.applied(
                  answer.withBody(Arrays.copyOf(answer.body(), Math.max(0, length + difference))))
              : answer;
        });
  }

  /** See {@link Type#WRONG_MEDIA_TYPE}. */
  public static Fault wrongMediaType(String mediaType) {
    return new Fault(Type.WRONG_MEDIA_TYPE, mediaType, replacing("Content-Type", mediaType));
  }

  /** See {@link Type#LOSE_SESSION}; at a POST, the session that it opens. */
  public static Fault loseSession() {
    return new Fault(Type.LOSE_SESSION, "", Call::proceedWithoutSession);
  }

  /** Waits for a latch before the request is looked at: it happens when the client gave it up. */
  public static Fault delay(CountDownLatch latch) {
    return new Fault(
        Type.DELAY,
        "",
        call -> {
          call.applied();
          latch.await();
          return call.proceed();
        });
  }

  /** Does what was asked, then waits for a latch before it answers. */
  public static Fault delayAnswer(CountDownLatch latch) {
    return new Fault(
        Type.DELAY,
        "of the answer",
        call -> {
          HttpAnswer answer = call.applied(call.proceed());
          latch.await();
          return answer;
        });
  }

  /**
   * Waits until the client has given the request up and made another one. Then it happens: behind
   * the back of a client that may have done it once more, or something else, meanwhile.
   */
  public static Fault late() {
    return new Fault(
        Type.DELAY,
        "until the next request was answered",
        call -> {
          call.applied();
          call.awaitNextAnswer();
          return call.proceed();
        });
  }

  /** Does what was asked, and answers when the client has given up and made another request. */
  public static Fault lateAnswer() {
    return new Fault(
        Type.DELAY,
        "of the answer until the next request was answered",
        call -> {
          HttpAnswer answer = call.applied(call.proceed());
          call.awaitNextAnswer();
          return answer;
        });
  }

  /** See {@link Type#TRUNCATE_UPLOAD}. */
  public static Fault truncateUpload() {
    return new Fault(
        Type.TRUNCATE_UPLOAD,
        "",
        call -> {
          if (call.request().hasBody()) {
            call.request().halve();
            call.applied();
          }
          return call.proceed();
        });
  }

  /** Answers 307 to a location. */
  public static Fault redirect(String location) {
    HttpAnswer answer = answer(307, Map.of("Location", location), new byte[0]);
    return new Fault(Type.REDIRECT, location, call -> call.applied(answer));
  }

  /** See {@link Type#EXPIRE_TOKENS}; the 401 with {@code invalid_token} follows from it. */
  public static Fault expireTokens() {
    return new Fault(Type.EXPIRE_TOKENS, "", Call::proceedWithoutTokens);
  }

  /** See {@link Type#RESTART}. */
  public static Fault restart() {
    return new Fault(
        Type.RESTART,
        "",
        call -> {
          call.restart();
          return call.applied(HttpAnswer.reset());
        });
  }

  /**
   * Returns every fault that needs no latch, for {@code for (fault) for (k)}. Stalls and delays are
   * among them and hold their request until the client or the test gives up.
   */
  public static List<Fault> catalogue() {
    List<Fault> faults =
        new ArrayList<>(List.of(resetBefore(), resetWithin(), resetAfter(), stall(), stallAfter()));
    faults.addAll(List.of(stallBody(), late(), lateAnswer()));
    faults.addAll(List.of(tooManyRequests(1), tooManyRequestsUntil(Instant.EPOCH)));
    for (int code : new int[] {429, 500, 502, 503, 504, 408, 400, 401, 403, 404}) {
      faults.add(status(code));
    }
    faults.addAll(List.of(statusUnread(503), cutBody(), wrongDigest(), wrongBytes()));
    faults.addAll(List.of(wrongSize(1), wrongSize(-1), wrongMediaType("text/html")));
    faults.addAll(List.of(loseSession(), truncateUpload(), expireTokens(), restart()));
    return List.copyOf(faults);
  }

  /** Returns what sort of fault this is. */
  public Type type() {
    return type;
  }

  /** The type and its parameters, good for the name of a test. */
  @Override
  public String toString() {
    return detail.isEmpty() ? type.name() : type + " " + detail;
  }

  HttpAnswer apply(Call call) throws IOException, InterruptedException {
    return behaviour.apply(call);
  }

  /** A change to the body of a success; a HEAD has none, whatever it announces. */
  private static Behaviour changingBody(UnaryOperator<HttpAnswer> change) {
    return call -> {
      HttpAnswer answer = call.proceed();
      boolean changeable =
          answer.isSuccess() && answer.body().length > 0 && !call.request().isHead();
      return changeable ? call.applied(change.apply(answer)) : answer;
    };
  }

  private static Behaviour replacing(String header, String value) {
    return call -> {
      HttpAnswer answer = call.proceed();
      return answer.isSuccess() && answer.header(header).isPresent()
          ? call.applied(answer.withOther(header, value))
          : answer;
    };
  }

  private static HttpAnswer answer(int code, Map<String, String> headers, byte[] body) {
    HttpAnswer answer = HttpAnswer.of(code).withBody(body);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      answer = answer.withHeader(header.getKey(), header.getValue());
    }
    return answer;
  }

  private static Map<String, String> withAll(Map<String, String> headers, String contentType) {
    Map<String, String> all = new TreeMap<>(headers);
    all.putIfAbsent("Content-Type", contentType);
    return all;
  }

  private static String errorCode(int status) {
    return switch (status) {
      case 401 -> "UNAUTHORIZED";
      case 403 -> "DENIED";
      case 404 -> "NAME_UNKNOWN";
      case 429 -> "TOOMANYREQUESTS";
      default -> "UNKNOWN";
    };
  }
}
