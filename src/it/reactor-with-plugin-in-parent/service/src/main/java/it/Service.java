package it;

public class Service {
  public static void main(String[] args) {
    System.out.println(Library.text());
  }
}
