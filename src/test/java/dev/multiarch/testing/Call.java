package dev.multiarch.testing;

import java.io.IOException;
import java.util.Optional;

/** A request on its way to being answered, as a fault sees it. */
final class Call {
  private final HttpRequest request;
  private final Route route;
  private final Exchange exchange;
  private final PlantedFault planted;
  private final Faults environment;
  private final HttpServer.Handler rest;

  Call(
      HttpRequest request,
      Route route,
      Exchange exchange,
      PlantedFault planted,
      Faults environment,
      HttpServer.Handler rest) {
    this.request = request;
    this.route = route;
    this.exchange = exchange;
    this.planted = planted;
    this.environment = environment;
    this.rest = rest;
  }

  HttpRequest request() {
    return request;
  }

  /** Answers the request as if there were no fault. */
  HttpAnswer proceed() throws IOException, InterruptedException {
    return rest.answer(request);
  }

  HttpAnswer proceedWithoutSession() throws IOException, InterruptedException {
    if (route.kind() != Kind.UPLOAD_POST) {
      if (environment.state().closeSession(route.reference())) {
        applied();
      }
      return proceed();
    }
    HttpAnswer answer = proceed();
    Optional<String> opened = answer.header("Docker-Upload-UUID");
    return opened.filter(environment.state()::closeSession).isPresent() ? applied(answer) : answer;
  }

  HttpAnswer proceedWithoutTokens() throws IOException, InterruptedException {
    if (environment.access().expireAllTokens()) {
      applied();
    }
    return proceed();
  }

  /** Waits until a request that arrived after this one has been answered. */
  void awaitNextAnswer() throws InterruptedException {
    environment.exchanges().awaitAnswerAfter(exchange);
  }

  void restart() {
    environment.restart().run();
  }

  /** Notes that the fault makes a difference. */
  void applied() {
    planted.applied();
  }

  HttpAnswer applied(HttpAnswer answer) {
    planted.applied();
    return answer;
  }
}
