package io.github.registryproxy.tests.servlet;

/** Tomcat 10.1. */
class TomcatServletTest extends ServletContract {
    TomcatServletTest() {
        super(TomcatContainer::start);
    }
}
