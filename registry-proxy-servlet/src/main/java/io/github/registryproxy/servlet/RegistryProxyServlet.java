package io.github.registryproxy.servlet;

import io.github.registryproxy.RegistryHandler;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A registry at a servlet's mapping: usually a {@link io.github.registryproxy.RegistryProxy}, but any handler will do.
 *
 * <p>It reads the request's path as it came, streams bodies both ways without buffering them, makes no session and sets no
 * cookie, and answers every failure as the specification's JSON: 502 when the handler has no answer, 504 when it was too
 * slow, 503 when there is no thread, 500 when it is broken. A failure after the status line cuts the connection, so that
 * what was sent cannot pass for the whole. What a handler answers under a digest is verified as it leaves, as by a {@link
 * io.github.registryproxy.RegistryProxy}, and its type is the registry's own, without the charset that filters add.
 *
 * <p>A web application without code of its own around it extends this class and overrides {@link #settings()}; others
 * register an instance. See the package for a mount.
 */
public class RegistryProxyServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = System.getLogger(RegistryProxyServlet.class.getPackageName());
    private static final String BROKEN = RegistryProxyServlet.class.getName() + ".broken";

    private transient @Nullable ServletSettings settings;
    private transient @Nullable RequestReader reader;
    private transient @Nullable RegistryHandler handler;

    /** For subclasses that override {@link #settings()}. */
    protected RegistryProxyServlet() {}

    /** That handler, which stays its owner's; see {@link ServletSettings#of}. */
    public RegistryProxyServlet(RegistryHandler handler) {
        this(ServletSettings.of(handler));
    }

    /** That handler, which stays its owner's, for clients known in that way. */
    public RegistryProxyServlet(RegistryHandler handler, ClientResolver clients) {
        this(ServletSettings.of(handler).clients(clients));
    }

    public RegistryProxyServlet(ServletSettings settings) {
        this.settings = settings;
    }

    /**
     * What a subclass without constructor arguments serves; asked once, when the container starts the servlet. Init
     * parameters are there already.
     *
     * @throws ServletException when it cannot be served
     */
    protected ServletSettings settings() throws ServletException {
        throw new ServletException(getClass().getName() + " overrides settings() or is constructed with them");
    }

    @Override
    public void init() throws ServletException {
        ServletSettings mine = settings == null ? settings() : settings;
        settings = mine;
        reader = new RequestReader(mine.clients());
        handler = mine.proxy();
    }

    /** Closes what the settings say is owned, and nothing else. */
    @Override
    public void destroy() {
        AutoCloseable owned = settings == null ? null : settings.owned().orElse(null);
        if (owned == null) {
            return;
        }
        try {
            owned.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "could not close " + owned, e);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean again = request.getDispatcherType() == DispatcherType.ASYNC;
        if (again && request.getAttribute(BROKEN) instanceof IOException broken) {
            throw broken; // on the container's own thread, where every container understands it
        }
        ServletSettings mine = settings;
        RequestReader reading = reader;
        RegistryHandler answering = handler;
        if (mine == null || reading == null || answering == null) {
            throw new IllegalStateException("not initialised");
        }
        Exchange exchange = new Exchange(answering, reading, request, response);
        Executor executor = mine.executor().orElse(null);
        if (executor == null || again || VirtualThreads.isCurrent() || !request.isAsyncSupported()) {
            runHere(exchange);
        } else {
            start(exchange, executor, request);
        }
    }

    private static void runHere(Exchange exchange) throws IOException {
        try {
            exchange.run();
        } catch (ClientGoneException gone) {
            // Containers know their own exception for this, and do not make a noise about it.
            throw gone.getCause() instanceof IOException own ? own : gone;
        }
    }

    private static void start(Exchange exchange, Executor executor, HttpServletRequest request) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        try {
            executor.execute(() -> finish(exchange::run, async, request));
        } catch (RejectedExecutionException e) {
            LOG.log(Level.WARNING, "no thread for a request: {0}", e.toString());
            finish(
                    () -> exchange.refuse(
                            Failures.busy("too many requests at once").asException()),
                    async,
                    request);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void finish(Work work, AsyncContext async, HttpServletRequest request) {
        boolean broken = false;
        try {
            work.run();
        } catch (ClientGoneException e) {
            LOG.log(Level.DEBUG, "client gone", e);
        } catch (IOException e) {
            broken = true;
            request.setAttribute(BROKEN, e);
        } catch (RuntimeException | Error e) {
            broken = true;
            request.setAttribute(BROKEN, new IOException(e));
            LOG.log(Level.ERROR, "no response could be written", e);
        }
        end(async, broken);
    }

    private static void end(AsyncContext async, boolean broken) {
        try {
            if (broken) {
                async.dispatch();
            } else {
                async.complete();
            }
        } catch (IllegalStateException e) {
            // The container ended it before us: the client is gone.
            LOG.log(Level.DEBUG, "already over", e);
        }
    }
}
