package io.github.registryproxy.tests.servlet;

/** Jetty 12.1 with Servlet 6.0. */
class JettyServletTest extends ServletContract {
    JettyServletTest() {
        super(JettyContainer::start);
    }
}
