package it;

class Main {
  public static void main(String[] args) {}
}
