package io.github.registryproxy.server;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.server.control.CacheActions;
import io.github.registryproxy.server.control.ControlActions;
import io.github.registryproxy.server.control.ControlServer;
import io.github.registryproxy.server.control.HostedActions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The sockets of a facade's stores, where they have directories; without one the proxy serves all the same. */
final class Control implements AutoCloseable {
    private static final Logger LOG = System.getLogger("io.github.registryproxy.server");

    private final Facade facade;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, ControlServer> servers = new HashMap<>();
    private boolean closed;

    private Control(Facade facade) {
        this.facade = facade;
    }

    static Control of(Facade facade) {
        Control control = new Control(facade);
        control.follow();
        return control;
    }

    /** Listens in the directories that the facade has now. */
    void follow() {
        Map<Path, ControlActions> wanted = new LinkedHashMap<>();
        facade.cache()
                .ifPresent(cache ->
                        cache.directory().ifPresent(directory -> wanted.put(directory, new CacheActions(cache, true))));
        facade.hosted().ifPresent(hosted -> wanted.put(hosted.directory(), new HostedActions(hosted, true)));
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Iterator<Map.Entry<Path, ControlServer>> running =
                    servers.entrySet().iterator();
            while (running.hasNext()) {
                Map.Entry<Path, ControlServer> one = running.next();
                if (!wanted.containsKey(one.getKey())) {
                    close(one.getValue());
                    running.remove();
                }
            }
            wanted.forEach(this::start);
        } finally {
            lock.unlock();
        }
    }

    private void start(Path directory, ControlActions actions) {
        if (servers.containsKey(directory)) {
            return;
        }
        try {
            servers.put(directory, ControlServer.start(directory, actions));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "{0} can hold no control socket, so commands work only while the server is stopped: {1}",
                    directory,
                    e.getMessage());
        }
    }

    private static void close(ControlServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the control socket could not be taken away", e);
        }
    }

    /** Again, it does nothing. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            servers.values().forEach(Control::close);
            servers.clear();
        } finally {
            lock.unlock();
        }
    }
}
