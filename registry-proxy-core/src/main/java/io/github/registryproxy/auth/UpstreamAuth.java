package io.github.registryproxy.auth;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Scope;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Convinces one upstream of who the proxy is: answers its Basic and Bearer challenges, and keeps the tokens.
 *
 * <p>Stands next to the wire, inside retries and redirects, and sees upstream names. What a request brings as Authorization
 * is replaced. At most three requests go to the registry for one; one whose body was read and cannot be read again is not
 * repeated. An upstream that stays unconvinced answers for itself: its 401 or 403 comes back as it is.
 *
 * <p>RegistryExceptions: DENIED (403) when the token server refuses the credentials; TOOMANYREQUESTS (429) and UNAVAILABLE
 * (503) with its Retry-After; UNAVAILABLE (502, 504) when it gives no usable answer or may not be asked.
 *
 * <pre>{@code
 * UpstreamAuth auth = UpstreamAuth.builder(URI.create("https://registry-1.docker.io"), transport)
 *         .credentials(CredentialsProvider.of(Credentials.basic("ci", password)))
 *         .build();
 * }</pre>
 */
public final class UpstreamAuth implements Middleware, ClientCredentials.Aware {
    private final CredentialsProvider provider;
    private final Tokens tokens;
    private final AtomicReference<@Nullable Scheme> scheme = new AtomicReference<>();
    /** What else this upstream wanted, for the scopes an operation needs by itself. */
    private final Cache<List<Scope>, List<Scope>> wanted =
            CacheBuilder.newBuilder().maximumSize(10_000).build();

    private UpstreamAuth(CredentialsProvider provider, Tokens tokens) {
        this.provider = provider;
        this.tokens = tokens;
    }

    /**
     * For one upstream.
     *
     * @param upstream its address; scheme, host and port count
     * @param transport to token servers; stays the caller's
     */
    public static Builder builder(URI upstream, Transport transport) {
        return new Builder(upstream, transport);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryRequest bare = request.withHeaders(h -> h.without(HeaderNames.AUTHORIZATION));
        return new AuthenticatedCall(this, provider, tokens, bare, next).answer();
    }

    @Override
    public ClientCredentials clientCredentials() {
        return ClientCredentials.REPLACED;
    }

    Optional<Scheme> scheme() {
        return Optional.ofNullable(scheme.get());
    }

    /** Remembers what convinced, for the next request to bring along. */
    void learn(Scheme convincing) {
        scheme.set(convincing);
    }

    List<Scope> scopes(Operation operation) {
        List<Scope> own = operation.scopes();
        List<Scope> more = wanted.getIfPresent(own);
        return more == null ? own : more;
    }

    void learn(Operation operation, List<Scope> convincing) {
        List<Scope> own = operation.scopes();
        if (!own.isEmpty() && !own.equals(convincing)) {
            wanted.put(own, convincing);
        }
    }

    /** Who the proxy is, and whom it may tell. */
    public static final class Builder {
        private final URI upstream;
        private final Transport transport;
        private CredentialsProvider credentials = CredentialsProvider.of(Credentials.anonymous());
        private TrustedRealms realms;
        private AddressPolicy unlisted = AddressPolicy.ANY;
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(URI upstream, Transport transport) {
            this.upstream = Objects.requireNonNull(upstream, "upstream");
            this.transport = Objects.requireNonNull(transport, "transport");
            this.realms = TrustedRealms.of(upstream);
        }

        /** Anonymous unless set. */
        public Builder credentials(CredentialsProvider provider) {
            credentials = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /** The upstream's own origin, and what is known of it, unless set. */
        public Builder trustedRealms(TrustedRealms trusted) {
            realms = Objects.requireNonNull(trusted, "trusted");
            return this;
        }

        /** Where realms may be that nobody listed, which anonymous questions go to; anywhere unless set. */
        public Builder unlistedAddresses(AddressPolicy policy) {
            unlisted = Objects.requireNonNull(policy, "policy");
            return this;
        }

        Builder clocks(InstantSource wall, LongSupplier monotonic) {
            clock = wall;
            nanoTime = monotonic;
            return this;
        }

        public UpstreamAuth build() {
            TokenClient client = new TokenClient(transport, clock, nanoTime);
            TokenCache cache = new TokenCache(nanoTime);
            return new UpstreamAuth(credentials, new Tokens(Realm.origin(upstream), realms, unlisted, client, cache));
        }
    }
}
