package dev.multiarch.testing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The requests that arrived, in order, with the questions that tests ask about them. */
public final class Exchanges {
  /** By number. An exchange is there from its arrival on and is replaced when it is answered. */
  private final TreeMap<Integer, Exchange> exchanges = new TreeMap<>();

  private int arrived;

  /** The latest request to have been answered, or left without an answer. */
  private int lastAnswered;

  Exchanges() {}

  synchronized Exchange arrived(HttpRequest request, Route route) {
    Exchange exchange =
        new Exchange(
            ++arrived,
            route.kind(),
            request.host(),
            request.method(),
            request.path(),
            request.query(),
            request.headers(),
            0,
            0,
            request.connectionId());
    exchanges.put(exchange.number(), exchange);
    return exchange;
  }

  /** Must precede the first byte of the answer, or the test asserts before the record is there. */
  synchronized void answered(Exchange exchange, int status, long received) {
    exchanges.computeIfPresent(
        exchange.number(), (number, before) -> before.answered(status, received));
    lastAnswered = Math.max(lastAnswered, exchange.number());
    notifyAll();
  }

  synchronized void awaitAnswerAfter(Exchange exchange) throws InterruptedException {
    while (lastAnswered <= exchange.number()) {
      wait();
    }
  }

  /** Returns all exchanges. */
  public synchronized List<Exchange> all() {
    return List.copyOf(exchanges.values());
  }

  /** Returns the exchanges that match. */
  public List<Exchange> where(Predicate<Exchange> predicate) {
    return all().stream().filter(predicate).toList();
  }

  /** Returns the exchanges of one kind. */
  public List<Exchange> of(Kind kind) {
    return where(exchange -> exchange.kind() == kind);
  }

  /** Returns how many requests of a kind there were. */
  public int count(Kind kind) {
    return of(kind).size();
  }

  /** Returns how many requests of each kind there were; kinds without any are absent. */
  public Map<Kind, Integer> counts() {
    return all().stream()
        .collect(
            Collectors.groupingBy(
                Exchange::kind, TreeMap::new, Collectors.summingInt(exchange -> 1)));
  }

  /** Returns the number of requests that a budget counts: neither token requests nor 401s. */
  public int countForBudget() {
    return where(exchange -> exchange.kind() != Kind.TOKEN && exchange.status() != 401).size();
  }

  /** Returns the number of requests that change something: POST, PUT, PATCH and DELETE. */
  public int countWrites() {
    Set<String> writing = Set.of("POST", "PUT", "PATCH", "DELETE");
    return where(e -> e.kind() != Kind.TOKEN && writing.contains(e.method())).size();
  }

  /** Returns the bytes of all request bodies. */
  public long bytesReceived() {
    return all().stream().mapToLong(Exchange::received).sum();
  }

  /** Returns the Authorization headers that arrived at a host, each once. */
  public Set<String> authorizationsAt(String host) {
    return where(exchange -> exchange.host().equals(host)).stream()
        .flatMap(e -> e.headers().getOrDefault("Authorization", List.of()).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Returns the hosts at which a secret arrived in a header or a query, as it is or inside a Basic
   * authorization.
   */
  public Set<String> hostsThatReceived(String secret) {
    return where(exchange -> carries(exchange, secret)).stream()
        .map(Exchange::host)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Forgets what was recorded; numbers go on, so that no number is given twice. */
  public synchronized void clear() {
    exchanges.clear();
  }

  /** One line per exchange. */
  @Override
  public String toString() {
    return all().stream().map(Exchange::toString).collect(Collectors.joining("\n"));
  }

  private static boolean carries(Exchange exchange, String secret) {
    List<String> texts = new ArrayList<>();
    texts.add(exchange.query());
    exchange.headers().values().forEach(texts::addAll);
    exchange.headers().getOrDefault("Authorization", List.of()).stream()
        .flatMap(authorization -> TokenRealm.Basic.parse(authorization).stream())
        .forEach(basic -> texts.add(basic.user() + ":" + basic.password()));
    return texts.stream().anyMatch(text -> text.contains(secret));
  }
}
