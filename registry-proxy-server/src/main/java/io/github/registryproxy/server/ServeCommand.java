package io.github.registryproxy.server;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Serves until the process is told to stop. */
final class ServeCommand {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private ServeCommand() {}

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
}
