package io.github.registryproxy.server;

import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** What this process counts, and the port of its own that shows it; without a port, nothing is counted. */
final class ServerMetrics implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private final Metrics metrics;
    private final Optional<ProxyServer> server;

    private ServerMetrics(Metrics metrics, Optional<ProxyServer> server) {
        this.metrics = metrics;
        this.server = server;
    }

    /** Listens on return, where there is something to listen on. */
    static ServerMetrics of(Optional<Listener> listener) throws CannotListenException {
        if (listener.isEmpty()) {
            return new ServerMetrics(Metrics.NONE, Optional.empty());
        }
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        ProxyServer server = new ProxyServer(listener.get(), new MetricsServlet(registry));
        try {
            server.start();
        } catch (CannotListenException e) {
            throw new CannotListenException("METRICS_LISTEN: " + reason(e, listener.get()), e);
        }
        LOG.log(
                Level.INFO,
                "metrics are at http://{0}:{1}/metrics",
                listener.get().host().orElse("*"),
                Integer.toString(server.port()));
        return new ServerMetrics(new MicrometerMetrics(registry), Optional.of(server));
    }

    /** What the container said, without its advice about the other port. */
    private static String reason(CannotListenException e, Listener listener) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return "cannot listen on " + listener.host().orElse("all addresses") + ", port " + listener.port() + ": "
                + cause.getMessage();
    }

    Metrics metrics() {
        return metrics;
    }

    /** The port; empty where nothing is shown. */
    Optional<Integer> port() {
        return server.map(ProxyServer::port);
    }

    @Override
    public void close() {
        server.ifPresent(ProxyServer::drain);
    }
}
