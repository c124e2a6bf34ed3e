package io.github.registryproxy.server;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.servlet.RegistryProxyServlet;
import io.github.registryproxy.servlet.ServletSettings;
import jakarta.servlet.Servlet;

/** What the server serves. The server's threads do the work: they are virtual already where they can be. */
final class Servlets {
    private Servlets() {}

    /** A facade, with its idea of who its clients are. */
    static Servlet of(Facade facade) {
        return new RegistryProxyServlet(
                ServletSettings.of(facade.proxy()).clients(facade.clients()).onContainerThreads());
    }

    /** A handler whose clients are who their requests say. */
    static Servlet of(RegistryHandler handler) {
        return new RegistryProxyServlet(ServletSettings.of(handler).onContainerThreads());
    }
}
