package io.github.registryproxy.server;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A registry with sample images on a free port, and a proxy that serves them under its own names. */
final class Demo implements AutoCloseable {
    static final String LOOPBACK = "127.0.0.1";
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final int THREADS = 50;

    private final ProxyServer registry;
    private final ProxyAssembly proxy;
    private final ProxyServer proxyServer;

    private Demo(ProxyServer registry, ProxyAssembly proxy, ProxyServer proxyServer) {
        this.registry = registry;
        this.proxy = proxy;
        this.proxyServer = proxyServer;
    }

    /** Both are listening on return. */
    static Demo start(String host, int port) throws SettingException, CannotListenException {
        ProxyServer registry = new ProxyServer(
                listener(LOOPBACK, 0), ProxyAssembly.servlet(new SampleRegistry(), Settings.Clients.ANY));
        registry.start();
        Settings settings = settings(registry.port());
        ProxyAssembly proxy = ProxyAssembly.of(settings);
        ProxyServer proxyServer =
                new ProxyServer(listener(host, port), ProxyAssembly.servlet(proxy.proxy(), settings.clients()));
        Demo demo = new Demo(registry, proxy, proxyServer);
        try {
            proxyServer.start();
            return demo;
        } catch (CannotListenException e) {
            demo.close();
            throw e;
        }
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
        proxy.close();
        registry.drain();
    }

    private static Settings settings(int registryPort) throws SettingException {
        Map<Setting, String> options = Map.of(
                Setting.REGISTRY_HOST, "http://" + LOOPBACK + ":" + registryPort,
                Setting.REPO_PREFIX, "samples",
                Setting.ENABLE_CATALOG, "true",
                Setting.DISABLE_BROWSER_REDIRECTS, "true");
        return new SettingsReader(new GivenSettings(options, Map.of())).read();
    }

    private static Settings.Listener listener(String host, int port) {
        return new Settings.Listener(Optional.of(host), port, Optional.empty(), DRAIN, THREADS);
    }
}
