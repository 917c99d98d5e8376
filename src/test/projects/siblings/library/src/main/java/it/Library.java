package it;

/** A class that no image has. */
public final class Library {}
