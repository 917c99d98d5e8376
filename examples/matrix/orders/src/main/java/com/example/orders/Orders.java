package com.example.orders;

/** Says where it runs, and on which base. */
public final class Orders {

  private Orders() {}

  /** Prints one line. */
  public static void main(String[] arguments) {
    System.out.printf(
        "orders on %s, base %s%n", System.getProperty("os.arch"), System.getProperty("acme.base"));
  }
}
