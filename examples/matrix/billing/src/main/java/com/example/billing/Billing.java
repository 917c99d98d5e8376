package com.example.billing;

/** Says where it runs, and on which base. */
public final class Billing {

  private Billing() {}

  /** Prints one line. */
  public static void main(String[] arguments) {
    System.out.printf(
        "billing on %s, base %s%n", System.getProperty("os.arch"), System.getProperty("acme.base"));
  }
}
