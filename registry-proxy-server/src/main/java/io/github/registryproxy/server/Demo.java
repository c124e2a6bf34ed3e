package io.github.registryproxy.server;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.Listener;
import io.github.registryproxy.facade.Setting;
import io.github.registryproxy.facade.SettingException;
import io.github.registryproxy.facade.SettingSource;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A registry with sample images on a free port, and a proxy that serves them under its own names. */
final class Demo implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final int THREADS = 50;

    private final ProxyServer registry;
    private final Facade facade;
    private final ProxyServer proxyServer;

    private Demo(ProxyServer registry, Facade facade, ProxyServer proxyServer) {
        this.registry = registry;
        this.facade = facade;
        this.proxyServer = proxyServer;
    }

    /** Both are listening on return. */
    static Demo start(String host, int port) throws SettingException, CannotListenException {
        ProxyServer registry = registry(Optional.empty());
        registry.start();
        Facade facade = facade(registry.port());
        ProxyServer proxyServer = new ProxyServer(listener(host, port), Servlets.of(facade));
        Demo demo = new Demo(registry, facade, proxyServer);
        try {
            proxyServer.start();
            return demo;
        } catch (CannotListenException e) {
            demo.close();
            throw e;
        }
    }

    /**
     * The registry, not yet started, on a free port of this host.
     *
     * @param identity what it serves https with
     */
    static ProxyServer registry(Optional<KeyStore> identity) {
        Listener listener = new Listener(Optional.of(LOOPBACK), 0, identity, DRAIN, THREADS);
        return new ProxyServer(listener, Servlets.of(new SampleRegistry()));
    }

    /** The proxy's port. */
    int port() {
        return proxyServer.port();
    }

    ProxyServer proxyServer() {
        return proxyServer;
    }

    @Override
    public void close() {
        proxyServer.drain();
        facade.close();
        registry.drain();
    }

    private static Facade facade(int registryPort) throws SettingException {
        Map<Setting, String> options = Map.of(
                Setting.REGISTRY_HOST, "http://" + LOOPBACK + ":" + registryPort,
                Setting.REPO_PREFIX, "samples",
                Setting.ENABLE_CATALOG, "true",
                Setting.CACHE_MEMORY, "64MiB",
                Setting.DISABLE_BROWSER_REDIRECTS, "true");
        return Facade.of(SettingSource.commandLine(options));
    }

    private static Listener listener(String host, int port) {
        return new Listener(Optional.of(host), port, Optional.empty(), DRAIN, THREADS);
    }
}
