package io.github.registryproxy.cache;

import io.github.registryproxy.ClientCredentials;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.internal.Tasks;
import io.github.registryproxy.protocol.Operation.DeleteBlob;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blobs, and fetches each cold one once: all who ask meanwhile read from the growing entry, from its first byte, each at
 * their own speed. Place it next to the upstream, inside renaming and policies; the upstream streams blobs, since a redirect
 * handed on is nothing to keep.
 *
 * <p>A range of a cold blob is answered at once, from what is there already or by the upstream, while the whole is fetched. A store
 * that fails is gone without: no pull fails for it.
 *
 * <pre>{@code
 * RegistryProxy.builder().use(CacheBlobs.builder(store, "gcr.io").access(CacheAccess.PUBLIC).build()).upstream(gcr).build();
 * }</pre>
 */
public final class CacheBlobs implements ClientCredentials.Dependent, AutoCloseable {
    private final CallerRights rights;
    private final BlobAccess blobAccess;
    private final BlobPulls pulls;
    private final Breaker breaker;
    private final ExecutorService fetchers;
    private final Optional<CacheAccess> access;
    private final String upstream;

    private CacheBlobs(Builder builder) {
        this.upstream = builder.upstream;
        this.access = Optional.ofNullable(builder.access);
        this.rights = builder.rights == null
                ? new CallerRights(builder.upstream, builder.accessTtl, System::nanoTime, Clock.systemUTC())
                : builder.rights;
        this.blobAccess = new BlobAccess(builder.store, builder.upstream, rights);
        this.breaker = builder.breaker;
        this.fetchers = builder.fetchers == null
                ? Executors.newCachedThreadPool(Tasks.daemons("registry-proxy-fill"))
                : builder.fetchers;
        ParallelFetch parallel = new ParallelFetch(builder.connections, builder.fromBytes, fetchers);
        BlobFills fills = new BlobFills(builder, parallel, fetchers);
        this.pulls = new BlobPulls(builder.store, fills, blobAccess, builder.metrics);
    }

    /**
     * @param store stays the caller's
     * @param upstream a name for where the blobs come from; part of what decides who may read
     */
    public static Builder builder(ContentStore store, String upstream) {
        return new Builder(store, upstream);
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        return handle(request, next, access.orElse(CacheAccess.RECHECK));
    }

    RegistryResponse handle(RegistryRequest request, RegistryHandler next, CacheAccess mode) throws IOException {
        Caller caller = rights.caller(request, mode);
        if (request.operation() instanceof PullBlob pull) {
            RegistryHandler asked = rights.watched(caller, question -> breaker.ask(question, next));
            // No query field is a blob's: clients make them up, and neither the cache nor the upstream is to see them.
            return pulls.answer(new BlobPull(
                    request.target().rest().isEmpty() ? request : request.with(Target.of(pull)), pull, asked, caller));
        }
        RegistryHandler watched = rights.watched(caller, next);
        return request.operation() instanceof DeleteBlob delete
                ? deleted(request, delete, watched)
                : watched.handle(request);
    }

    /** Forgets afterwards, also when it failed: nobody knows then what the upstream did. */
    private RegistryResponse deleted(RegistryRequest request, DeleteBlob delete, RegistryHandler next)
            throws IOException {
        try {
            return next.handle(request);
        } finally {
            blobAccess.forget(delete.repository(), delete.digest());
        }
    }

    @Override
    public Middleware inFrontOf(ClientCredentials inside, RegistryHandler upstream) {
        return AccessChoice.of(
                this, access, inside, upstream, (mode) -> (request, next) -> handle(request, next, mode));
    }

    @Override
    public String toString() {
        return "CacheBlobs of " + upstream;
    }

    /** A purge has taken these records away. */
    void forget(Predicate<RecordKey> purged) {
        blobAccess.purged(purged);
    }

    /** Stops fetches that are under way; what they have stays in the store for the next ones. */
    @Override
    public void close() {
        for (Runnable waiting : fetchers.shutdownNow()) {
            if (waiting instanceof BlobFill fill) {
                fill.cancel(new IOException("the cache was closed"));
            }
        }
    }

    /** Sets who may read, and how fetches are run. */
    public static final class Builder {
        private static final int MOST_CONNECTIONS = 16;
        private static final long LEAST_FROM_BYTES = 1024 * 1024;
        private static final long FROM_BYTES = 16 * LEAST_FROM_BYTES;
        private static final Duration FOR_ANOTHER_SOURCE = Duration.ofSeconds(3);

        final ContentStore store;
        final String upstream;
        private @Nullable CacheAccess access;
        private Duration accessTtl = CallerRights.DEFAULT_TTL;
        private @Nullable CallerRights rights;
        CacheMetrics metrics = CacheMetrics.NONE;
        private Breaker breaker = new Breaker();
        boolean fillAlone = true;
        Duration forAnotherSource = FOR_ANOTHER_SOURCE;
        private int connections = 1;
        private long fromBytes = FROM_BYTES;
        private @Nullable ExecutorService fetchers;

        private Builder(ContentStore store, String upstream) {
            this.store = Objects.requireNonNull(store, "store");
            this.upstream = Objects.requireNonNull(upstream, "upstream");
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

        /** The rights of callers, shared with the cache of the same upstream's manifests. */
        Builder rights(CallerRights rights) {
            this.rights = rights;
            return this;
        }

        public Builder metrics(CacheMetrics metrics) {
            this.metrics = Objects.requireNonNull(metrics, "metrics");
            return this;
        }

        /** The breaker of this upstream, shared with whatever else asks it. Default: one of its own. */
        public Builder breaker(Breaker breaker) {
            this.breaker = Objects.requireNonNull(breaker, "breaker");
            return this;
        }

        /** Whether a fetch goes on when all readers have left. Default: yes. */
        public Builder fillAlone(boolean alone) {
            this.fillAlone = alone;
            return this;
        }

        /**
         * Fetches blobs that are larger than so many bytes in pieces, by Range, over several connections at a time: for upstreams
         * that limit each. Each byte is asked for once. Takes a store that can write ahead of its end, such as {@link
         * io.github.registryproxy.store.DirectoryStore}; an upstream that gives no ranges is asked for one stream. Default: one
         * connection.
         *
         * @param connections 1 to 16
         * @param fromBytes 1 MiB to 1 GiB; what comes before the pieces
         */
        public Builder parallelFetch(int connections, long fromBytes) {
            if (connections < 1 || connections > MOST_CONNECTIONS) {
                throw new IllegalArgumentException("parallelFetch takes 1 to 16 connections, not " + connections);
            }
            if (fromBytes < LEAST_FROM_BYTES || fromBytes > 1024 * LEAST_FROM_BYTES) {
                throw new IllegalArgumentException("parallelFetch takes 1 MiB to 1 GiB, not " + fromBytes);
            }
            this.connections = connections;
            this.fromBytes = fromBytes;
            return this;
        }

        /** As {@link #parallelFetch(int, long)}, of blobs larger than 16 MiB. */
        public Builder parallelFetch(int connections) {
            return parallelFetch(connections, FROM_BYTES);
        }

        /** The threads of fetches, one for each connection; closed with this. Default: as many as are needed. */
        public Builder fetchers(ExecutorService fetchers) {
            this.fetchers = Objects.requireNonNull(fetchers, "fetchers");
            return this;
        }

        /** How long a request waits for another source's fetch of the same blob before it asks for itself. Default: 3 s. */
        Builder forAnotherSource(Duration longest) {
            this.forAnotherSource = longest;
            return this;
        }

        public CacheBlobs build() {
            return new CacheBlobs(this);
        }
    }
}
