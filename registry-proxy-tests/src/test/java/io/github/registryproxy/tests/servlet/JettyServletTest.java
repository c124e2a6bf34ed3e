package io.github.registryproxy.tests.servlet;

import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Jetty 12.1 with Servlet 6.0. */
class JettyServletTest extends ServletContract {
    /** All paths are for us to judge; a fragment Jetty would cut off, so it refuses that. */
    static final UriCompliance OURS =
            new UriCompliance("REGISTRY", EnumSet.complementOf(EnumSet.of(UriCompliance.Violation.FRAGMENT)));

    private final Server server = new Server(threads());

    QueuedThreadPool threads() {
        return new QueuedThreadPool(THREADS);
    }

    @BeforeAll
    void start() throws Exception {
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(OURS);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new ContextHandlerCollection(context("/"), context("/app")));
        server.start();
    }

    private static ServletContextHandler context(String path) {
        ServletContextHandler context = new ServletContextHandler(path, ServletContextHandler.NO_SESSIONS);
        context.addServletContainerInitializer(new SampleApp());
        return context;
    }

    @AfterAll
    void stop() throws Exception {
        server.stop();
    }

    @Override
    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }
}
