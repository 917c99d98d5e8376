package dev.multiarch.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults that were planted, and what they may do to the registry. */
final class Faults {
  private final RegistryState state;
  private final AccessControl access;
  private final Exchanges exchanges;
  private final Runnable restart;
  private final List<PlantedFault> planted = new ArrayList<>();

  Faults(RegistryState state, AccessControl access, Exchanges exchanges, Runnable restart) {
    this.state = state;
    this.access = access;
    this.exchanges = exchanges;
    this.restart = restart;
  }

  RegistryState state() {
    return state;
  }

  AccessControl access() {
    return access;
  }

  Exchanges exchanges() {
    return exchanges;
  }

  Runnable restart() {
    return restart;
  }

  synchronized PlantedFault plant(Fault fault, At at) {
    PlantedFault plant = new PlantedFault(fault, at);
    planted.add(plant);
    return plant;
  }

  synchronized void clear() {
    planted.clear();
  }

  HttpAnswer answer(HttpRequest request, Route route, Exchange exchange, HttpServer.Handler rest)
      throws IOException, InterruptedException {
    Optional<PlantedFault> due = due(exchange);
    if (due.isEmpty()) {
      return rest.answer(request);
    }
    return strike(due.get(), request, route, exchange, rest);
  }

  HttpAnswer strike(
      PlantedFault due,
      HttpRequest request,
      Route route,
      Exchange exchange,
      HttpServer.Handler rest)
      throws IOException, InterruptedException {
    due.reached();
    return due.fault().apply(new Call(request, route, exchange, due, this, rest));
  }

  /** Every fault counts every request; the one planted first strikes. */
  private synchronized Optional<PlantedFault> due(Exchange exchange) {
    List<PlantedFault> striking = planted.stream().filter(p -> p.strikes(exchange)).toList();
    return striking.stream().findFirst();
  }
}
