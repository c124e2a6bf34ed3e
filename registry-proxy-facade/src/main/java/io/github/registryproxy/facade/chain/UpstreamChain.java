package io.github.registryproxy.facade.chain;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.TrustedRealms;
import io.github.registryproxy.facade.model.UnusableException;
import io.github.registryproxy.facade.model.Upstream;
import io.github.registryproxy.httpclient5.HttpClient5Transport;
import io.github.registryproxy.middleware.TokenGateway;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.transport.AllowedAddresses;
import io.github.registryproxy.transport.JdkTransport;
import io.github.registryproxy.transport.TlsSettings;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.upstream.BlobDelivery;
import io.github.registryproxy.upstream.HttpUpstream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One upstream with its cache, whoever asks it by whichever route; names are those that it uses itself. */
final class UpstreamChain implements RegistryHandler, AutoCloseable {
    private final RegistryProxy proxy;
    private final Optional<CachedUpstream> cached;
    private final List<AutoCloseable> owned;

    private UpstreamChain(RegistryProxy proxy, Optional<CachedUpstream> cached, List<AutoCloseable> owned) {
        this.proxy = proxy;
        this.cached = cached;
        this.owned = owned;
    }

    /**
     * Nothing is asked of it yet.
     *
     * @param store stays the caller's; empty: nothing is kept
     * @param catalog whether clients who log in themselves may ask for the right to list repositories
     */
    static UpstreamChain of(Upstream upstream, Optional<ContentStore> store, boolean catalog, LatestMetrics metrics)
            throws UnusableException {
        Transport transport = transport(upstream);
        Logins logins = new Logins(upstream, transport);
        Measures measures = new Measures(metrics, upstream.name());
        List<AutoCloseable> owned = List.of(measures, logins, transport);
        try {
            CredentialsProvider credentials = logins.credentials();
            TrustedRealms realms = TrustedRealms.of(upstream.registry(), upstream.realms());
            AllowedAddresses addresses = AllowedAddresses.publicOnly()
                    .and(upstream.privateAddresses())
                    .andHost(upstream.registry().getHost());
            RegistryProxy.Builder chain = RegistryProxy.builder();
            if (upstream.clientsLogIn()) {
                chain.use(TokenGateway.builder(transport, realms)
                        .unlistedAddresses(addresses)
                        .allowCatalog(catalog)
                        .build());
            }
            Optional<CachedUpstream> cached =
                    store.isPresent() && upstream.caching().isPresent()
                            ? Optional.of(CacheLinks.add(
                                    chain, upstream, upstream.caching().get(), store.get(), metrics))
                            : Optional.empty();
            cached.ifPresent(cache -> measures.breaker(cache.breaker()));
            measures.rateLimit(chain, !upstream.clientsLogIn());
            HttpUpstream.Builder http = HttpUpstream.to(upstream.registry())
                    .transport(transport)
                    .trustedRealms(realms)
                    .addresses(addresses)
                    .blobDelivery(
                            upstream.streamBlobs() || cached.isPresent() ? BlobDelivery.STREAM : BlobDelivery.REDIRECT)
                    .forwardClientAddress(true);
            HttpUpstream last =
                    (upstream.clientsLogIn() ? http.passClientCredentials() : http.credentials(credentials)).build();
            return new UpstreamChain(chain.upstream(last).build(), cached, owned);
        } catch (UnusableException | RuntimeException e) {
            Closing.all(owned);
            throw e;
        }
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        return proxy.handle(request);
    }

    Optional<CachedUpstream> cached() {
        return cached;
    }

    @Override
    public void close() {
        try {
            proxy.close();
        } finally {
            Closing.all(owned);
        }
    }

    private static Transport transport(Upstream upstream) throws UnusableException {
        TlsSettings tls = upstream.tls().settings();
        try {
            if (upstream.client() == Upstream.HttpClient.JDK) {
                JdkTransport.Builder transport = JdkTransport.builder().tls(tls);
                upstream.egress().ifPresent(transport::egressProxy);
                return transport.build();
            }
            HttpClient5Transport.Builder transport =
                    HttpClient5Transport.builder().tls(tls).keepAlive(upstream.keepAlive());
            upstream.egress().ifPresent(transport::egressProxy);
            return transport.build();
        } catch (IOException e) {
            throw new UnusableException(
                    "the TLS files for " + upstream.registry() + " were readable a moment ago: " + e.getMessage());
        }
    }
}
