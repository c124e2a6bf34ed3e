package io.github.registryproxy.cache;

import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pull-through cache of one upstream: {@link CachePing}, {@link CacheManifests} and {@link CacheBlobs} with one {@link Breaker}, one
 * record of who may read, and the {@link CachePurge} that belongs to them. Place it inside renaming and policies, next to the
 * upstream, which streams blobs.
 *
 * <pre>{@code
 * Caching caching = Caching.of(store, "hub").access(CacheAccess.PUBLIC).build();
 * RegistryProxy.builder().use(new PullOnly()).use(caching).upstream(hub).build();
 * }</pre>
 */
public final class Caching implements ClientCredentials.Dependent, AutoCloseable {
    private final String name;
    private final Optional<CacheAccess> access;
    private final Breaker breaker = new Breaker();
    private final CachePing ping = new CachePing(breaker);
    private final CacheManifests manifests;
    private final CacheBlobs blobs;
    private final CachePurge purge;

    private Caching(Builder builder) {
        this.name = builder.name;
        this.access = Optional.ofNullable(builder.access);
        CallerRights rights = new CallerRights(builder.name, builder.accessTtl, System::nanoTime, Clock.systemUTC());
        CacheManifests.Builder ofManifests = CacheManifests.builder(builder.store)
                .upstream(builder.name)
                .tagTtl(builder.tagTtl)
                .rights(rights)
                .breaker(breaker)
                .metrics(builder.metrics);
        CacheBlobs.Builder ofBlobs = CacheBlobs.builder(builder.store, builder.name)
                .parallelFetch(builder.connections)
                .fillAlone(builder.fillAlone)
                .rights(rights)
                .breaker(breaker)
                .metrics(builder.metrics);
        this.manifests = ofManifests.build();
        this.blobs = ofBlobs.build();
        this.purge = CachePurge.builder(builder.store)
                .upstream(builder.name)
                .manifests(manifests)
                .blobs(blobs)
                .build();
    }

    /**
     * Begins the cache of one upstream.
     *
     * @param store stays the caller's to close
     * @param name what tells this upstream's records from another's in the store: 1 to 255 characters, the same after a restart
     */
    public static Builder of(ContentStore store, String name) {
        return new Builder(store, name);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        return handle(request, next, access.orElse(CacheAccess.RECHECK));
    }

    private RegistryResponse handle(RegistryRequest request, RegistryHandler next, CacheAccess mode)
            throws IOException {
        return ping.handle(request, pulled -> manifests.handle(pulled, other -> blobs.handle(other, next, mode), mode));
    }

    @Override
    public Middleware inFrontOf(ClientCredentials inside, RegistryHandler upstream) {
        return AccessChoice.of(this, access, inside, upstream, mode -> (request, next) -> handle(request, next, mode));
    }

    /** Takes out of the cache what an operator wants to be asked for again. */
    public CachePurge purge() {
        return purge;
    }

    /** Whether the upstream answers, as the cache has found out. */
    public Breaker breaker() {
        return breaker;
    }

    /** Stops fetches that are under way; what they have stays in the store for the next ones. */
    @Override
    public void close() {
        blobs.close();
    }

    @Override
    public String toString() {
        return "Caching of " + name;
    }

    /** Sets who may read, how long tags are kept, and how blobs are fetched. */
    public static final class Builder {
        private final ContentStore store;
        private final String name;
        private @Nullable CacheAccess access;
        private Duration accessTtl = CallerRights.DEFAULT_TTL;
        private Duration tagTtl = Duration.ofSeconds(60);
        private int connections = 1;
        private boolean fillAlone = true;
        private CacheMetrics metrics = CacheMetrics.NONE;

        private Builder(ContentStore store, String name) {
            this.store = Objects.requireNonNull(store, "store");
            this.name = Objects.requireNonNull(name, "name");
        }

        /** As {@link CacheManifests.Builder#access}. */
        public Builder access(CacheAccess access) {
            this.access = Objects.requireNonNull(access, "access");
            return this;
        }

        /** As {@link CacheManifests.Builder#accessTtl}. Default: 15 minutes. */
        public Builder accessTtl(Duration ttl) {
            this.accessTtl = CallerRights.checked(ttl);
            return this;
        }

        /** As {@link CacheManifests.Builder#tagTtl}. Default: 60 s. */
        public Builder tagTtl(Duration ttl) {
            this.tagTtl = Objects.requireNonNull(ttl, "ttl");
            return this;
        }

        /** As {@link CacheBlobs.Builder#parallelFetch(int)}. Default: one connection. */
        public Builder parallelFetch(int connections) {
            this.connections = connections;
            return this;
        }

        /** As {@link CacheBlobs.Builder#fillAlone}. Default: yes. */
        public Builder fillAlone(boolean alone) {
            this.fillAlone = alone;
            return this;
        }

        /** Counters of what the cache does. Default: none. */
        public Builder metrics(CacheMetrics metrics) {
            this.metrics = Objects.requireNonNull(metrics, "metrics");
            return this;
        }

        public Caching build() {
            return new Caching(this);
        }
    }
}
