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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

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
    private final AtomicReference<@Nullable SiteConfiguration> configuration;

    private Facade(RunningSite running, @Nullable SiteConfiguration configuration) {
        this.running = running;
        this.configuration = new AtomicReference<>(configuration);
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
        return of(new SettingsReader(new GivenSettings(List.of(sources))).read(), null, metrics);
    }

    /**
     * What a configuration file says.
     *
     * @param metrics also of several facades; upstreams are named by their keys in the file
     * @throws SettingException when something that it needs cannot be had
     */
    public static Facade of(Metrics metrics, SiteConfiguration configuration) throws SettingException {
        return of(configuration.site(), configuration, metrics);
    }

    private static Facade of(Site site, @Nullable SiteConfiguration configuration, Metrics metrics)
            throws SettingException {
        try {
            return new Facade(RunningSite.start(site, metrics), configuration);
        } catch (UnusableException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
    }

    /** The whole chain; closed with the facade. */
    public RegistryProxy proxy() {
        return running.proxy();
    }

    /**
     * Serves what the file says by now. Requests under way end as they began, and what is the same before and after is not made
     * anew: connections, tokens, stores. Listeners and who clients are stay as they were at the start.
     *
     * @return what is another than before, a few words each
     * @throws SettingException when something that it needs cannot be had: all stays as it was
     * @throws IllegalStateException when this was not made of a configuration file
     */
    public List<String> change(SiteConfiguration next) throws SettingException {
        SiteConfiguration before = configuration.get();
        if (before == null) {
            throw new IllegalStateException("settings are read once: only a configuration file can change");
        }
        List<String> changes = SiteChanges.between(before, next);
        try {
            running.change(next.site());
        } catch (UnusableException e) {
            throw new SettingException(String.valueOf(e.getMessage()));
        }
        configuration.set(next);
        return changes;
    }

    /** What an operator does to the cache while it is in use; empty where nothing is kept. */
    public Optional<CacheOperations> cache() {
        return CacheOperations.of(running);
    }

    /** What an operator does to images of one's own while they are in use; empty where there are none. */
    public Optional<HostedOperations> hosted() {
        return HostedOperations.of(running);
    }

    /** Who asks, and by which address. */
    public ClientResolver clients() {
        Clients said = running.site().clients();
        List<Cidr> proxies = said.trustedProxies();
        ClientResolver clients = ClientResolver.fromRequest().allowedHosts(said.allowedHosts());
        if (!proxies.isEmpty()) {
            clients = clients.trustedProxies(address -> proxies.stream().anyMatch(block -> block.contains(address)));
        }
        Optional<URI> publicUrl = said.publicUrl();
        return publicUrl.isPresent() ? clients.publicUrl(publicUrl.get()) : clients;
    }

    /**
     * The registry behind and the prefix there, without a final slash: {@code https://gcr.io/my-project}. Of several registries the
     * first.
     *
     * @throws java.util.NoSuchElementException when there is none behind
     */
    public URI upstream() {
        return running.site().upstreams().stream().findFirst().orElseThrow().address();
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
