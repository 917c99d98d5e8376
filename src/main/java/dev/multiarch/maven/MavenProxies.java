package dev.multiarch.maven;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.repository.RemoteRepository;

/** The proxies of Maven's settings, hosts that need none included. */
final class MavenProxies extends ProxySelector {

  private final RepositorySystemSession session;

  MavenProxies(RepositorySystemSession session) {
    this.session = session;
  }

  @Override
  public List<Proxy> select(URI uri) {
    org.eclipse.aether.repository.ProxySelector selector = session.getProxySelector();
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

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // There is no second proxy to fall back to.
  }
}
