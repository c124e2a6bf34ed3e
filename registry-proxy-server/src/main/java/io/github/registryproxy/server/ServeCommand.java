package io.github.registryproxy.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Serves until the process is told to stop. */
final class ServeCommand {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private ServeCommand() {}

    static void run(Settings settings) throws CannotListenException {
        try (ProxyAssembly assembly = ProxyAssembly.of(settings)) {
            ProxyServer server =
                    new ProxyServer(settings.listener(), ProxyAssembly.servlet(assembly.proxy(), settings.clients()));
            server.start();
            warn(settings);
            LOG.log(
                    Level.INFO,
                    "{0} listens on port {1}, in front of {2}{3}",
                    Help.version(),
                    Integer.toString(server.port()),
                    settings.upstream().registry(),
                    settings.upstream().prefix().map(prefix -> "/" + prefix).orElse(""));
            Shutdown.drainOnSignal(server);
            server.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void warn(Settings settings) {
        Settings.Upstream upstream = settings.upstream();
        boolean login = !(upstream.login() instanceof Login.OfClient);
        if (login && settings.policy().push()) {
            LOG.log(
                    Level.WARNING,
                    "ENABLE_PUSH with a login of our own: whoever reaches this port can push and delete at {0}",
                    upstream.registry());
        }
        if (login && upstream.registry().getScheme().equals("http") && !Addresses.isLoopback(upstream.registry())) {
            LOG.log(Level.WARNING, "the login travels unencrypted to {0}", upstream.registry());
        }
    }
}
