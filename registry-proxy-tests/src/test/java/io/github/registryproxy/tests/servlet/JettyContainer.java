package io.github.registryproxy.tests.servlet;

import jakarta.servlet.ServletContainerInitializer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty 12.1 with Servlet 6.0. */
public final class JettyContainer implements Container {
    /** All paths are for us to judge; a fragment Jetty would cut off, so it refuses that. */
    private static final UriCompliance OURS =
            new UriCompliance("REGISTRY", EnumSet.complementOf(EnumSet.of(UriCompliance.Violation.FRAGMENT)));

    private final Server server;
    private final ServerConnector connector;

    private JettyContainer(QueuedThreadPool threads) {
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setUriCompliance(OURS);
        connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
    }

    /** With a pool of threads. */
    public static Container start(Path directory, Map<String, ServletContainerInitializer> applications)
            throws Exception {
        return start(new QueuedThreadPool(THREADS), applications);
    }

    /** With a virtual thread per request, where the JDK has them. */
    static Container startVirtual(Path directory, Map<String, ServletContainerInitializer> applications)
            throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        return start(threads, applications);
    }

    private static Container start(QueuedThreadPool threads, Map<String, ServletContainerInitializer> applications)
            throws Exception {
        JettyContainer jetty = new JettyContainer(threads);
        ContextHandlerCollection contexts = new ContextHandlerCollection();
        applications.forEach((path, application) -> contexts.addHandler(context(path, application)));
        jetty.server.setHandler(contexts);
        jetty.server.start();
        return jetty;
    }

    private static ServletContextHandler context(String path, ServletContainerInitializer application) {
        ServletContextHandler context =
                new ServletContextHandler(path.isEmpty() ? "/" : path, ServletContextHandler.NO_SESSIONS);
        context.addServletContainerInitializer(application);
        return context;
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
