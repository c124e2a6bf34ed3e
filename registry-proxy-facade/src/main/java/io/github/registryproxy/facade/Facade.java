package io.github.registryproxy.facade;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.httpclient5.HttpClient5Transport;
import io.github.registryproxy.metrics.Metrics;
import io.github.registryproxy.middleware.AccessLog;
import io.github.registryproxy.middleware.CountRequests;
import io.github.registryproxy.middleware.LimitRequests;
import io.github.registryproxy.middleware.PullOnly;
import io.github.registryproxy.middleware.RedirectBrowsers;
import io.github.registryproxy.middleware.RefuseCatalog;
import io.github.registryproxy.middleware.RenameRepository;
import io.github.registryproxy.middleware.TokenGateway;
import io.github.registryproxy.servlet.ClientResolver;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.Cidr;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
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
    private final Settings settings;
    private final Logins logins;
    private final Transport transport;
    private final RegistryProxy proxy;
    private final Optional<CacheOperations> cache;

    private Facade(
            Settings settings,
            Logins logins,
            Transport transport,
            RegistryProxy proxy,
            Optional<CacheOperations> cache) {
        this.settings = settings;
        this.logins = logins;
        this.transport = transport;
        this.proxy = proxy;
        this.cache = cache;
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

    private static Facade of(Settings settings, Metrics metrics) throws SettingException {
        Settings.Upstream upstream = settings.upstream();
        Transport transport = transport(upstream);
        Logins logins = new Logins(upstream, transport);
        CredentialsProvider credentials;
        try {
            credentials = logins.credentials();
        } catch (SettingException e) {
            close(settings, logins, transport);
            throw e;
        }
        TrustedRealms realms = TrustedRealms.of(upstream.registry(), upstream.realms());
        AllowedAddresses addresses = AllowedAddresses.publicOnly()
                .and(upstream.privateAddresses())
                .andHost(upstream.registry().getHost());
        RegistryProxy.Builder chain =
                RegistryProxy.builder().use(new CountRequests(metrics)).use(new AccessLog());
        settings.policy().browsers().ifPresent(target -> chain.use(new RedirectBrowsers(target)));
        Entrance.use(chain, settings, metrics);
        // Inside the login: it reads manifests of unknown length, and of strangers nothing is read.
        chain.use(LimitRequests.builder().build());
        if (!settings.policy().catalog()) {
            chain.use(new RefuseCatalog());
        }
        if (!settings.policy().push()) {
            chain.use(new PullOnly());
        }
        Policies.use(chain, settings, metrics);
        upstream.prefix().ifPresent(prefix -> chain.use(RenameRepository.under(prefix.value())));
        if (settings.clientsLogInBehind()) {
            chain.use(TokenGateway.builder(transport, realms)
                    .unlistedAddresses(addresses)
                    .allowCatalog(settings.policy().catalog())
                    .build());
        }
        Optional<CacheOperations> cache = settings.cache().map(kept -> CacheLinks.add(chain, settings, kept, metrics));
        new Measures(metrics, upstream.registry().toString()).rateLimit(chain, !settings.clientsLogInBehind());
        return new Facade(
                settings,
                logins,
                transport,
                chain.upstream(upstream(settings, transport, credentials, realms, addresses))
                        .build(),
                cache);
    }

    /** The whole chain; closed with the facade. */
    public RegistryProxy proxy() {
        return proxy;
    }

    /** What an operator does to the cache while it is in use; empty where nothing is kept. */
    public Optional<CacheOperations> cache() {
        return cache;
    }

    /** Who asks, and by which address. */
    public ClientResolver clients() {
        List<Cidr> proxies = settings.clients().trustedProxies();
        ClientResolver clients = ClientResolver.fromRequest()
                .allowedHosts(settings.clients().allowedHosts())
                .trustedProxies(address -> proxies.stream().anyMatch(block -> block.contains(address)));
        Optional<URI> publicUrl = settings.clients().publicUrl();
        return publicUrl.isPresent() ? clients.publicUrl(publicUrl.get()) : clients;
    }

    /** The registry behind and the prefix there, without a final slash: {@code https://gcr.io/my-project}. */
    public URI upstream() {
        URI registry = settings.upstream().registry();
        return settings.upstream()
                .prefix()
                .map(prefix -> registry.resolve("/" + prefix))
                .orElse(registry);
    }

    /** What an operator should know about these settings, a line each; without secrets, usually none. */
    public List<String> warnings() {
        URI registry = settings.upstream().registry();
        if (settings.upstream().login() instanceof Login.OfClient) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        if (settings.policy().push() && settings.entrance().login().isEmpty()) {
            warnings.add("ENABLE_PUSH with a login of our own: whoever reaches this proxy can push and delete at "
                    + registry);
        }
        if (registry.getScheme().equals("http") && !Addresses.isLoopback(registry)) {
            warnings.add("the login travels unencrypted to " + registry);
        }
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        proxy.close();
        close(settings, logins, transport);
    }

    private static void close(Settings settings, Logins logins, Transport transport) {
        logins.close();
        transport.close();
        settings.cache().ifPresent(Facade::close);
    }

    private static void close(Settings.Cache cache) {
        try {
            cache.store().close();
        } catch (IOException e) {
            throw new UncheckedIOException("the cache could not be closed", e);
        }
    }

    private static HttpUpstream upstream(
            Settings settings,
            Transport transport,
            CredentialsProvider credentials,
            TrustedRealms realms,
            AllowedAddresses addresses) {
        HttpUpstream.Builder upstream = HttpUpstream.to(settings.upstream().registry())
                .transport(transport)
                .trustedRealms(realms)
                .addresses(addresses)
                .blobDelivery(
                        settings.policy().streamBlobs() || settings.cache().isPresent()
                                ? BlobDelivery.STREAM
                                : BlobDelivery.REDIRECT)
                .forwardClientAddress(true);
        return (settings.clientsLogInBehind() ? upstream.passClientCredentials() : upstream.credentials(credentials))
                .build();
    }

    private static Transport transport(Settings.Upstream upstream) {
        try {
            return upstream.client() == Settings.Client.JDK ? jdk(upstream) : httpClient5(upstream);
        } catch (IOException e) {
            throw new UncheckedIOException("the TLS files were readable a moment ago", e);
        }
    }

    private static Transport httpClient5(Settings.Upstream upstream) throws IOException {
        HttpClient5Transport.Builder transport =
                HttpClient5Transport.builder().tls(upstream.tls()).keepAlive(upstream.keepAlive());
        upstream.egress().ifPresent(transport::egressProxy);
        return transport.build();
    }

    private static Transport jdk(Settings.Upstream upstream) throws IOException {
        JdkTransport.Builder transport = JdkTransport.builder().tls(upstream.tls());
        upstream.egress().ifPresent(transport::egressProxy);
        return transport.build();
    }
}
