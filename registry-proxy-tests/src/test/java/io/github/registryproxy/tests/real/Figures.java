package io.github.registryproxy.tests.real;

/** Figures that a test states: lines of its output that begin with {@code figure:}. */
final class Figures {
    private Figures() {}

    static void say(String figure) {
        System.out.println("figure: " + figure + ", " + Programs.java());
    }
}
