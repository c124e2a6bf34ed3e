package io.github.registryproxy.cache;

import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps manifests and indexes, the tags that stand for them, and lists of tags and referrers.
 *
 * <p>By digest a manifest is served from the store for as long as it is there, to the repository it was fetched from. A tag is
 * served from the store for a TTL; then one HEAD, whoever waits for it, tells whether it stands for the same. Clients that accept
 * what is kept share it, however they spell {@code Accept}; one that accepts less than a registry may convert to is asked for by
 * itself. When the upstream cannot be asked (no answer, 5xx, 429), an older answer is given with {@code Warning: 299}; when it
 * refuses (401, 403, 404), its refusal. Whatever the store cannot do is done without it.
 *
 * <p>Query fields that the specification does not have for an operation neither key anything nor reach the upstream, but for those
 * of lists that the upstream itself has put into a {@code Link}.
 *
 * <p>Place it inside renaming and policies, right before an upstream that verifies what it answers, such as {@code
 * HttpUpstream}.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(CacheManifests.builder(store).upstream("hub").access(CacheAccess.PUBLIC).build()).upstream(hub).build();
 * }</pre>
 */
public final class CacheManifests implements ClientCredentials.Dependent {
    private final String name;
    private final Optional<CacheAccess> access;
    private final CallerRights rights;
    private final ManifestRequests requests;

    private CacheManifests(Builder builder, String name) {
        this.name = name;
        this.access = Optional.ofNullable(builder.access);
        this.rights = builder.rights == null
                ? new CallerRights(name, builder.accessTtl, builder.nanos, builder.clock)
                : builder.rights;
        this.requests = new ManifestRequests(builder, name, rights);
    }

    /** Begins a cache in that store, which stays the caller's to close. */
    public static Builder builder(ContentStore store) {
        return new Builder(store);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        return handle(request, next, access.orElse(CacheAccess.RECHECK));
    }

    RegistryResponse handle(RegistryRequest request, RegistryHandler next, CacheAccess mode) throws IOException {
        Caller caller = rights.caller(request, mode);
        return requests.answer(request, rights.watched(caller, next), caller);
    }

    @Override
    public Middleware inFrontOf(ClientCredentials inside, RegistryHandler upstream) {
        return AccessChoice.of(this, access, inside, upstream, mode -> (request, next) -> handle(request, next, mode));
    }

    @Override
    public String toString() {
        return "CacheManifests of " + name;
    }

    /** All tags and lists of a repository are asked for again, also those that are being asked for now. */
    void forget(RepositoryName repository) {
        requests.writes().forget(repository);
    }

    void forget(RepositoryName repository, Tag tag) {
        requests.writes().forget(repository, tag);
    }

    void forgetMissing() {
        requests.writes().forgetMissing();
    }

    /** Sets what there is to set; an upstream's name must be. */
    public static final class Builder {
        private static final Duration LONGEST_TTL = Duration.ofDays(365);

        final ContentStore store;
        private @Nullable String upstream;
        Duration tagTtl = Duration.ofSeconds(60);
        Duration notFoundTtl = Duration.ofSeconds(10);
        private @Nullable CacheAccess access;
        private Duration accessTtl = CallerRights.DEFAULT_TTL;
        private @Nullable CallerRights rights;
        boolean staleOnRefusal;
        Breaker breaker = new Breaker();
        CacheMetrics metrics = CacheMetrics.NONE;
        LongSupplier nanos = System::nanoTime;
        Clock clock = Clock.systemUTC();
        Executor probes = Patience::inBackground;
        Duration patience = Patience.DEFAULT;

        private Builder(ContentStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** What tells this upstream's records from another's in the store: 1 to 255 characters, the same after a restart. */
        public Builder upstream(String name) {
            if (name.isEmpty() || name.length() > 255 || name.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
                throw new IllegalArgumentException(
                        "an upstream's name has 1 to 255 characters, none a control character");
            }
            this.upstream = name;
            return this;
        }

        /** How long a tag or a list is served without asking, up to a year; zero asks each time. Default: 60 s. */
        public Builder tagTtl(Duration ttl) {
            this.tagTtl = bounded("tagTtl", ttl);
            return this;
        }

        /** How long a tag that is not there is not asked for again, up to a year; zero asks each time. Default: 10 s. */
        public Builder notFoundTtl(Duration ttl) {
            this.notFoundTtl = bounded("notFoundTtl", ttl);
            return this;
        }

        /**
         * Who may read what was fetched for another client. Default: {@link CacheAccess#PUBLIC} in a {@link
         * io.github.registryproxy.RegistryProxy} whose upstream has the proxy's own credentials; {@link CacheAccess#RECHECK} where
         * that cannot be seen. Where clients' credentials pass, {@code RegistryProxy.Builder.build()} refuses the default.
         */
        public Builder access(CacheAccess access) {
            this.access = Objects.requireNonNull(access, "access");
            return this;
        }

        /**
         * How long the upstream's word that it lets a client read counts, with {@link CacheAccess#SAME_CREDENTIAL}; never longer
         * than the client's token is valid, where the token says so. Default: 15 minutes.
         *
         * @param ttl 0 s to 24 hours
         */
        public Builder accessTtl(Duration ttl) {
            this.accessTtl = CallerRights.checked(ttl);
            return this;
        }

        /** The rights of callers, shared with the cache of the same upstream's blobs. */
        Builder rights(CallerRights rights) {
            this.rights = rights;
            return this;
        }

        /**
         * Whether an older answer is given where the upstream says 401, 403 or 404, to those who may read it unasked. Default: no.
         */
        public Builder staleOnRefusal(boolean stale) {
            this.staleOnRefusal = stale;
            return this;
        }

        /** The breaker of this upstream, shared with whatever else asks it. Default: one of its own. */
        public Builder breaker(Breaker breaker) {
            this.breaker = Objects.requireNonNull(breaker, "breaker");
            return this;
        }

        public Builder metrics(CacheMetrics metrics) {
            this.metrics = Objects.requireNonNull(metrics, "metrics");
            return this;
        }

        /** The clocks: one that only goes forward, in nanoseconds, and the wall's. Default: the system's. */
        public Builder clocks(LongSupplier nanos, Clock wall) {
            this.nanos = Objects.requireNonNull(nanos, "nanos");
            this.clock = Objects.requireNonNull(wall, "wall");
            return this;
        }

        Builder probes(Executor executor) {
            this.probes = executor;
            return this;
        }

        Builder patience(Duration patience) {
            this.patience = patience;
            return this;
        }

        public CacheManifests build() {
            if (upstream == null) {
                throw new IllegalStateException("no upstream's name: call upstream(name) before build()");
            }
            return new CacheManifests(this, upstream);
        }

        private static Duration bounded(String what, Duration ttl) {
            if (ttl.isNegative() || ttl.compareTo(LONGEST_TTL) > 0) {
                throw new IllegalArgumentException(what + " takes 0 s to 365 days, not " + ttl);
            }
            return ttl;
        }
    }
}
