package com.example.registry;

import com.artipie.asto.memory.InMemoryStorage;
import com.artipie.docker.asto.AstoDocker;
import com.artipie.docker.http.DockerSlice;
import com.artipie.vertx.VertxSliceServer;

/** Serves until its standard input ends, and says first on which port. */
public final class SecondRegistry {

  private SecondRegistry() {}

  public static void main(String[] arguments) throws Exception {
    VertxSliceServer server =
        new VertxSliceServer(new DockerSlice(new AstoDocker(new InMemoryStorage())), 0);
    System.out.println("port " + server.start());
    while (System.in.read() >= 0) {
      continue;
    }
    System.exit(0);
  }
}
