package io.github.registryproxy.server;

import io.github.registryproxy.facade.ConfigurationException;
import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import io.github.registryproxy.facade.SiteConfiguration;
import io.github.registryproxy.server.config.ConfigurationFile;
import io.github.registryproxy.server.config.Reloading;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Serves until the process is told to stop. */
final class ServeCommand {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private ServeCommand() {}

    /** What settings ask for. */
    static void run(SettingSource... sources) throws SettingException, CannotListenException {
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
            Shutdown.drainOnSignal(server, control::close);
            server.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What a file says, and says later.
     *
     * @param watch whether it is read again when it changes, beside at SIGHUP
     */
    static void run(ConfigurationFile file, boolean watch)
            throws ConfigurationException, SettingException, CannotListenException {
        SiteConfiguration said = file.read();
        try (ServerMetrics metrics = ServerMetrics.of(said.metricsListener());
                Facade facade = Facade.of(metrics.metrics(), said);
                Control control = Control.of(facade);
                Reloading reloading = new Reloading(file, facade, control::follow)) {
            // Before it listens: whoever sees it serve may tell it to read again.
            reloading.onSignal();
            ProxyServer server = new ProxyServer(said.listener(), Servlets.of(facade));
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
            Shutdown.drainOnSignal(server, control::close);
            server.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
