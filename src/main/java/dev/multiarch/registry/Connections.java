package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All connections of a build: those in use, and those that wait to be used again. */
final class Connections {

  /**
   * After so long a network between may have forgotten a connection without a word (those of large
   * clouds do after four to six minutes), and whoever uses it waits in vain for the whole idle
   * timeout.
   */
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final Time time;
  private final RegistryOptions.Timeouts timeouts;
  private final Trust trust;
  private final Map<String, ConcurrentLinkedDeque<Connection>> idle = new ConcurrentHashMap<>();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private @Nullable ScheduledThreadPoolExecutor watch;
  private volatile boolean ended;

  Connections(RegistryOptions options, Time time) {
    this.time = time;
    this.timeouts = options.timeouts();
    this.trust = new Trust(options);
  }

  /** A connection that has been used before and is still there; that used last comes first. */
  Optional<Connection> idle(Route route) {
    ConcurrentLinkedDeque<Connection> waiting = idle.get(route.key());
    if (waiting != null) {
      for (Connection c = waiting.pollFirst(); c != null; c = waiting.pollFirst()) {
        if (!c.idleSince().plus(LONGEST_REST).isBefore(time.now()) && c.isQuiet()) {
          return Optional.of(c);
        }
        drop(c);
      }
    }
    return Optional.empty();
  }

  /**
   * A new connection to where a route begins.
   *
   * @param deadline for what is done on it first, in terms of {@link System#nanoTime}
   */
  Connection open(Route route, long deadline) throws IOException {
    Connection connection = Connection.open(route.host(), route.port(), timeouts, deadline);
    open.add(connection);
    if (ended) {
      drop(connection);
      throw new StoreException(
          "the build is over, and " + route.host() + " is not connected to any more",
          "This is a fault of the plugin; please report it.");
    }
    return connection;
  }

  /**
   * Goes on with TLS on a connection that leads to a registry.
   *
   * @param deadline in terms of {@link System#nanoTime}
   */
  void encrypt(Connection connection, Origin registry, long deadline) throws IOException {
    long patience = System.nanoTime() + timeouts.connect().toNanos();
    Future<?> end = endAt(connection, Math.min(deadline, patience));
    try {
      connection.encrypt(trust, registry);
    } catch (IOException | RuntimeException e) {
      drop(connection);
      throw e;
    } finally {
      end.cancel(false);
    }
  }

  /** Takes a connection back that can be used again. */
  void keep(Route route, Connection connection) {
    connection.rest(time.now());
    ConcurrentLinkedDeque<Connection> first = new ConcurrentLinkedDeque<>();
    ConcurrentLinkedDeque<Connection> there = idle.putIfAbsent(route.key(), first);
    (there == null ? first : there).addFirst(connection);
  }

  /** Drops the connections that wait on a route, of which one has turned out to be dead. */
  void dropIdle(Route route) {
    ConcurrentLinkedDeque<Connection> waiting = idle.remove(route.key());
    if (waiting != null) {
      waiting.forEach(this::drop);
    }
  }

  /** Takes a connection back that cannot. */
  void drop(Connection connection) {
    open.remove(connection);
    connection.close();
  }

  /**
   * Watches bytes on their way out: a write that hangs has no timeout of its own.
   *
   * @return to be cancelled when they are out
   */
  Future<?> watch(Connection connection, UploadStream bytes) throws IOException {
    long often = Math.max(1, Math.min(1000, timeouts.idle().toMillis() / 8));
    return watch()
        .scheduleWithFixedDelay(
            () -> {
              long now = System.nanoTime();
              if (now - bytes.lastProgress() > timeouts.idle().toNanos()) {
                connection.cutOffIdle();
              } else if (now - connection.deadline() > 0) {
                connection.cutOffLate();
              }
            },
            often,
            often,
            TimeUnit.MILLISECONDS);
  }

  /**
   * Ends an exchange at its deadline, whatever it waits for: TLS takes several reads for one, each
   * with patience of its own.
   *
   * @return to be cancelled when it is over
   */
  Future<?> endAt(Connection connection, long deadline) throws IOException {
    return watch()
        .schedule(connection::cutOffLate, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private synchronized ScheduledThreadPoolExecutor watch() throws IOException {
    if (ended) {
      throw new IOException("the build is over");
    }
    if (watch == null) {
      watch =
          new ScheduledThreadPoolExecutor(
              1,
              work -> {
                Thread thread = new Thread(work, "multiarch-http");
                thread.setDaemon(true);
                return thread;
              });
      // What is over is not kept until it would have been late.
      watch.setRemoveOnCancelPolicy(true);
    }
    return watch;
  }

  /** Ends all connections; requests that are under way fail. */
  synchronized void end() {
    ended = true;
    for (Connection connection : open) {
      drop(connection);
    }
    if (watch != null) {
      watch.shutdownNow();
    }
  }

  boolean isAnyOpen() {
    return !open.isEmpty();
  }
}
