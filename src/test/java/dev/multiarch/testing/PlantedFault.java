package dev.multiarch.testing;

import java.util.concurrent.CountDownLatch;

/** A fault at its place; tells whether it was reached and whether it made a difference. */
public final class PlantedFault {
  private final Fault fault;
  private final At at;
  private final CountDownLatch firstReached = new CountDownLatch(1);
  private final CountDownLatch firstApplied = new CountDownLatch(1);
  private int seen;
  private int reached;
  private int applied;

  PlantedFault(Fault fault, At at) {
    this.fault = fault;
    this.at = at;
  }

  Fault fault() {
    return fault;
  }

  /** Counts a request and tells whether it is one of those to strike. */
  synchronized boolean strikes(Exchange exchange) {
    if (!at.matching().test(exchange)) {
      return false;
    }
    seen++;
    return seen >= at.first() && seen <= at.last();
  }

  synchronized void reached() {
    reached++;
    firstReached.countDown();
  }

  synchronized void applied() {
    applied++;
    firstApplied.countDown();
  }

  /** Returns how often its place was reached; 0 when the flow was too short. */
  public synchronized int timesReached() {
    return reached;
  }

  /**
   * Returns how often it made a difference: a body cannot be cut where there is none, and so on.
   */
  public synchronized int timesApplied() {
    return applied;
  }

  /** Waits until its place is reached, for tests that then open a latch or close the registry. */
  public void awaitReached() throws InterruptedException {
    firstReached.await();
  }

  /** Waits until it has made a difference: where the deed comes first, the deed is done. */
  public void awaitApplied() throws InterruptedException {
    firstApplied.await();
  }
}
