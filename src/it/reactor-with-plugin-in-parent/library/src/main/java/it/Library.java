package it;

public class Library {
  public static String text() {
    return "hello";
  }
}
