package io.github.registryproxy.tests.servlet;

/** Undertow 2.3. */
class UndertowServletTest extends ServletContract {
    UndertowServletTest() {
        super(UndertowContainer::start);
    }
}
