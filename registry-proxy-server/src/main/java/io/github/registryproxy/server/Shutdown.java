package io.github.registryproxy.server;

import io.github.registryproxy.internal.Tasks;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** SIGTERM and SIGINT: drain, then exit with 0. */
final class Shutdown {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private Shutdown() {}

    /**
     * Does it when the process is told to stop.
     *
     * @param first run before the server is drained
     */
    static void drainOnSignal(ProxyServer server, Runnable first) {
        Runtime.getRuntime().addShutdownHook(Tasks.daemon("drain", () -> drainAndExit(server, first)));
    }

    private static void drainAndExit(ProxyServer server, Runnable first) {
        try {
            LOG.log(Level.INFO, "told to stop: running requests may end");
            Tasks.guarded("put in order before the end", first).run();
            server.drain();
            LOG.log(Level.INFO, "stopped");
        } finally {
            // A JVM ended by a signal exits with 128 and the signal's number; an orderly end is 0 to those who watch.
            Runtime.getRuntime().halt(0);
        }
    }
}
