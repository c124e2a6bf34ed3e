package io.github.registryproxy.server;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.HostedOperations;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.server.config.ConfigurationFile;
import io.github.registryproxy.server.config.Reloading;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Serves until somebody says that it is enough. */
final class ServeCommand {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private ServeCommand() {}

    /** Who decides how long it is served. */
    interface Until {
        /** Called when it listens; what is open is closed on return. */
        void ended(ProxyServer server, Control control) throws InterruptedException;

        /** Until SIGTERM or SIGINT. */
        static void told(ProxyServer server, Control control) throws InterruptedException {
            Shutdown.drainOnSignal(server, control::close);
            server.join();
        }
    }

    /** What settings ask for. */
    static void run(Until until, SettingSource... sources) throws SettingException, CannotListenException {
        Listener listener = Listener.of(sources);
        try (ServerMetrics metrics = ServerMetrics.of(Listener.ofMetrics(sources));
                Facade facade = Facade.of(metrics.metrics(), sources);
                Control control = Control.of(facade)) {
            ProxyServer server = new ProxyServer(listener, Servlets.of(facade));
            server.start();
            facade.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            LOG.log(
                    Level.INFO,
                    "{0} listens on port {1}, in front of {2}",
                    Help.version(),
                    Integer.toString(server.port()),
                    facade.upstream());
            until.ended(server, control);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What a file says, and says later.
     *
     * @param watch whether it is read again when it changes, beside at SIGHUP
     */
    static void run(Until until, ConfigurationFile file, boolean watch)
            throws ConfigurationException, SettingException, CannotListenException {
        SiteConfiguration said = file.read();
        try (ServerMetrics metrics = ServerMetrics.of(said.metricsListener());
                Facade facade = Facade.of(metrics.metrics(), said);
                Control control = Control.of(facade);
                Reloading reloading = new Reloading(file, facade, control::follow)) {
            // Before it listens: whoever sees it serve may tell it to read again.
            reloading.onSignal();
            ProxyServer server = new ProxyServer(said.listener(), Servlets.of(facade));
            server.tellDamaged(
                    () -> facade.hosted().map(HostedOperations::damaged).orElse(0L));
            server.start();
            said.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
            LOG.log(
                    Level.INFO,
                    "{0} listens on port {1}, as {2} says",
                    Help.version(),
                    Integer.toString(server.port()),
                    file.path());
            if (watch) {
                reloading.onChange();
            }
            until.ended(server, control);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
