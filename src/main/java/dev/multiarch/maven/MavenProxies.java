package dev.multiarch.maven;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.repository.RemoteRepository;

/** The proxies of Maven's settings, hosts that need none included. */
final class MavenProxies extends ProxySelector {

  private final RepositorySystemSession repositories;
  private final List<org.apache.maven.settings.Proxy> proxies;
  private final SettingsDecrypter decrypter;

  MavenProxies(MavenSession session, SettingsDecrypter decrypter) {
    this.repositories = session.getRepositorySession();
    this.proxies = session.getSettings().getProxies();
    this.decrypter = decrypter;
  }

  @Override
  public List<Proxy> select(URI uri) {
    org.eclipse.aether.repository.ProxySelector selector = repositories.getProxySelector();
    if (selector == null) {
      return List.of(Proxy.NO_PROXY);
    }
    RemoteRepository asked =
        new RemoteRepository.Builder("multiarch", "default", uri.toString()).build();
    org.eclipse.aether.repository.Proxy proxy = selector.getProxy(asked);
    return proxy == null
        ? List.of(Proxy.NO_PROXY)
        : List.of(
            new Proxy(
                Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(proxy.getHost(), proxy.getPort())));
  }

  /** Who we are to a proxy, {@code http://host:port}. */
  Optional<PasswordAuthentication> credentials(URI proxy) {
    return proxies.stream()
        .filter(p -> p.isActive() && p.getHost().equals(proxy.getHost()))
        .filter(p -> p.getPort() == proxy.getPort() && p.getUsername() != null)
        .map(p -> decrypter.decrypt(new DefaultSettingsDecryptionRequest(p)).getProxy())
        .map(
            p ->
                new PasswordAuthentication(
                    p.getUsername(), Optional.ofNullable(p.getPassword()).orElse("").toCharArray()))
        .findFirst();
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // There is no second proxy to fall back to.
  }
}
