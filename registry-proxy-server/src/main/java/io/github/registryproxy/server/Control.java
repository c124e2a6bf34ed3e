package io.github.registryproxy.server;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.server.control.CacheActions;
import io.github.registryproxy.server.control.ControlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/** The socket of a facade's cache, where it has a directory; without one the proxy serves all the same. */
final class Control implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private final Optional<ControlServer> server;

    private Control(Optional<ControlServer> server) {
        this.server = server;
    }

    static Control of(Facade facade) {
        return new Control(facade.cache()
                .flatMap(cache ->
                        cache.directory().flatMap(directory -> start(directory, new CacheActions(cache, true)))));
    }

    private static Optional<ControlServer> start(Path directory, CacheActions actions) {
        try {
            return Optional.of(ControlServer.start(directory, actions));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "CACHE_DIR={0} can hold no control socket, so cache commands work only while the server is"
                            + " stopped: {1}",
                    directory,
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Again, it does nothing. */
    @Override
    public void close() {
        try {
            if (server.isPresent()) {
                server.get().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the control socket could not be taken away", e);
        }
    }
}
