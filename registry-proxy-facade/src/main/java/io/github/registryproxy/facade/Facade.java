package io.github.registryproxy.facade;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.facade.chain.RunningSite;
import io.github.registryproxy.facade.model.Clients;
import io.github.registryproxy.facade.model.Site;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.servlet.ClientResolver;
import io.github.registryproxy.transport.Cidr;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The chain that settings ask for, and what it owns; to be closed by whoever made it. Nothing is asked of the registry until a
 * client asks.
 *
 * <pre>{@code
 * Facade facade = Facade.of(SettingSource.environment(System.getenv()));
 * new RegistryProxyServlet(facade.proxy(), facade.clients());
 * }</pre>
 */
public final class Facade implements AutoCloseable {
    private final RunningSite running;
    private final Optional<CacheOperations> cache;

    private Facade(RunningSite running) {
        this.running = running;
        this.cache = CacheOperations.of(running);
    }

    /**
     * What was given, the rest by default; earlier sources win. Settings of a {@link Listener} are not looked at.
     *
     * @throws SettingException when a setting is wrong, missing, or contradicts another
     */
    public static Facade of(SettingSource... sources) throws SettingException {
        return of(Metrics.NONE, sources);
    }

    /**
     * As {@link #of(SettingSource...)}, counted and measured.
     *
     * @param metrics also of several facades; upstreams are named by their origin
     * @throws SettingException when a setting is wrong, missing, or contradicts another
     */
    public static Facade of(Metrics metrics, SettingSource... sources) throws SettingException {
        return of(new SettingsReader(new GivenSettings(List.of(sources))).read(), metrics);
    }

    private static Facade of(Site site, Metrics metrics) throws SettingException {
        try {
            return new Facade(RunningSite.start(site, metrics));
        } catch (UnusableException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    /** The whole chain; closed with the facade. */
    public RegistryProxy proxy() {
        return running.proxy();
    }

    /** What an operator does to the cache while it is in use; empty where nothing is kept. */
    public Optional<CacheOperations> cache() {
        return cache;
    }

    /** Who asks, and by which address. */
    public ClientResolver clients() {
        Clients said = running.site().clients();
        List<Cidr> proxies = said.trustedProxies();
        ClientResolver clients = ClientResolver.fromRequest()
                .allowedHosts(said.allowedHosts())
                .trustedProxies(address -> proxies.stream().anyMatch(block -> block.contains(address)));
        Optional<URI> publicUrl = said.publicUrl();
        return publicUrl.isPresent() ? clients.publicUrl(publicUrl.get()) : clients;
    }

    /** The registry behind and the prefix there, without a final slash: {@code https://gcr.io/my-project}. */
    public URI upstream() {
        return running.site().upstreams().get(0).address();
    }

    /** What an operator should know about these settings, a line each; without secrets, usually none. */
    public List<String> warnings() {
        return Warnings.of(running.site());
    }

    @Override
    public void close() {
        running.close();
    }
}
