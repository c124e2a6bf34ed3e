package io.github.registryproxy.server;

import io.github.registryproxy.facade.Listener;
import jakarta.servlet.Servlet;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** One servlet at the root of an embedded Jetty, with probes, a limit on requests at a time, and an orderly end. */
final class ProxyServer {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    /** For the selectors, and to refuse with what the servlet's threads have no time for. */
    private static final int SPARE_THREADS = 16;

    private final Listener settings;
    private final Server server;
    private final ServerConnector connector;
    private final InFlight inFlight;
    private volatile LongSupplier damaged = () -> 0;

    ProxyServer(Listener settings, Servlet servlet) {
        this(settings, servlet, Connectors.HEAD_DEADLINE, VirtualThreads.areSupported());
    }

    ProxyServer(Listener settings, Servlet servlet, Duration headDeadline, boolean virtual) {
        this.settings = settings;
        server = new Server(threads(virtual));
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        context.addServlet(new ServletHolder(servlet), "/*");
        // What a path means is the servlet's parser's decision, also where the container finds it ambiguous.
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        context.setErrorHandler(new Errors());
        inFlight = new InFlight(virtual ? Integer.MAX_VALUE : settings.threads(), context);
        Probes probes = new Probes(() -> !inFlight.isEnding(), () -> damaged.getAsLong(), inFlight);
        HeadDeadline deadline = new HeadDeadline(headDeadline, probes);
        server.setHandler(deadline);
        server.setErrorHandler(new Errors());
        connector = Connectors.make(server, settings);
        connector.addBean(deadline);
        server.addConnector(connector);
    }

    /** Has {@code /healthz} say how many contents are damaged. */
    void tellDamaged(LongSupplier count) {
        damaged = count;
    }

    /** Listens; returns when requests are served. */
    void start() throws CannotListenException {
        try {
            server.start();
        } catch (Exception e) {
            stopNow();
            throw new CannotListenException(whyNot(e), e);
        }
    }

    /** Where it listens: the port that was asked for, or the one that was free. */
    int port() {
        return connector.getLocalPort();
    }

    /** Waits until somebody stops the server. */
    void join() throws InterruptedException {
        server.join();
    }

    /** Stops listening, lets running requests end for as long as the settings say, and cuts the rest. */
    void drain() {
        inFlight.stopKeepingConnections();
        connector.close();
        try {
            int left = inFlight.await(settings.drain());
            if (left > 0) {
                LOG.log(
                        Level.WARNING,
                        "{0} requests were still running after {1} s and are cut",
                        left,
                        settings.drain().toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopNow();
    }

    private void stopNow() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "the server did not stop in order", e);
        }
    }

    private QueuedThreadPool threads(boolean virtual) {
        // A queue of the JDK's: the container's own has all MBeans of the platform made, to know the size of a cache
        // line.
        QueuedThreadPool threads = new QueuedThreadPool(
                settings.threads() + SPARE_THREADS, Math.min(8, SPARE_THREADS), new LinkedBlockingQueue<>());
        threads.setName("http");
        if (virtual) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("request-"));
        }
        return threads;
    }

    private String whyNot(Exception e) {
        int port = settings.port();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean bind = cause instanceof BindException;
            String message = String.valueOf(cause.getMessage());
            if (bind && message.contains("in use")) {
                return "port " + port + " is in use: set PORT or --port to another";
            }
            if (bind && message.contains("denied")) {
                return "port " + port + " is not allowed for this user: set PORT or --port to one above 1023";
            }
            if (bind || cause instanceof java.net.SocketException) {
                return cannotUse(cause);
            }
        }
        return cannotUse(e);
    }

    private String cannotUse(Throwable cause) {
        return "cannot listen on " + settings.host().orElse("all addresses") + ", port " + settings.port() + ": "
                + cause.getMessage() + "; see HOST and PORT";
    }
}
