package dev.multiarch.registry;

import java.net.http.HttpClient;
import javax.net.ssl.SSLParameters;

/** Makes the one HTTP client. */
final class Clients {

  private Clients() {}

  static HttpClient create(RegistryOptions options) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // With several streams in one connection one lost packet would hold up all uploads,
            // and few registries offer it for pushing.
            .version(HttpClient.Version.HTTP_1_1)
            // Credentials must not follow a redirect, so redirects are followed by us.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.timeouts().connect())
            .sslContext(LazyTls.of(() -> Trust.context(options)))
            // None given, the client would ask the context for its own, and so have it made.
            .sslParameters(new SSLParameters());
    options.proxies().ifPresent(builder::proxy);
    return builder.build();
  }
}
