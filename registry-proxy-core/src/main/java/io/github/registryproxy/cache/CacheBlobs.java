package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.DeleteBlob;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.RecordKey;
import io.github.registryproxy.store.StoredContent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
 * RegistryProxy.builder().use(CacheBlobs.builder(store, "gcr.io").build()).upstream(gcr).build();
 * }</pre>
 */
public final class CacheBlobs implements Middleware, AutoCloseable {
    private static final Logger LOG = System.getLogger(CacheBlobs.class.getName());

    private final ContentStore store;
    private final Members members;
    private final CacheMetrics metrics;
    private final Breaker breaker;
    private final boolean fillAlone;
    private final ExecutorService fetchers;
    private final ParallelFetch parallel;
    private final ConcurrentMap<Digest, BlobFill> fills = new ConcurrentHashMap<>();

    private CacheBlobs(Builder builder) {
        this.store = builder.store;
        this.members = new Members(builder.store, builder.upstream, builder.access);
        this.metrics = builder.metrics;
        this.breaker = builder.breaker;
        this.fillAlone = builder.fillAlone;
        this.fetchers = builder.fetchers == null ? Executors.newCachedThreadPool(CacheBlobs::daemon) : builder.fetchers;
        this.parallel = new ParallelFetch(builder.connections, builder.fromBytes, fetchers);
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
        if (request.operation() instanceof PullBlob pull) {
            return handle(request, pull, asked -> breaker.ask(asked, next));
        }
        return request.operation() instanceof DeleteBlob delete ? deleted(request, delete, next) : next.handle(request);
    }

    /** Forgets afterwards, also when it failed: nobody knows then what the upstream did. */
    private RegistryResponse deleted(RegistryRequest request, DeleteBlob delete, RegistryHandler next)
            throws IOException {
        try {
            return next.handle(request);
        } finally {
            members.forget(delete.repository(), delete.digest());
        }
    }

    private RegistryResponse handle(RegistryRequest request, PullBlob pull, RegistryHandler next) throws IOException {
        long asOf = members.asOf();
        Optional<RegistryResponse> refused = refusal(request, pull, next, asOf);
        if (refused.isPresent()) {
            return refused.get();
        }
        Optional<RegistryResponse> stored = stored(request, pull, next);
        if (stored.isPresent()) {
            return stored.get();
        }
        return request.isHead()
                ? passed(request, pull, next, CacheState.MISS, asOf)
                : fetched(request, pull, next, asOf);
    }

    /**
     * What the upstream says when it has to be asked whether this caller may have a blob that is here, or on its way, on another's
     * account; empty where the caller may go on.
     */
    private Optional<RegistryResponse> refusal(RegistryRequest request, PullBlob pull, RegistryHandler next, long asOf)
            throws IOException {
        BlobFill fill = fills.get(pull.digest());
        boolean here = (fill != null && fill.blob().isUnderWay()) || isStored(pull.digest());
        if (!here || members.mayRead(request, pull.repository(), pull.digest())) {
            return Optional.empty();
        }
        RegistryResponse answer = next.handle(request.withMethod("HEAD"));
        if (answer.isSuccess()) {
            answer.close();
            members.remember(request, pull.repository(), pull.digest(), asOf);
            return Optional.empty();
        }
        return Optional.of(request.isHead() ? answer : errorOf(request, answer, next));
    }

    /** A HEAD has no document to hand on: the GET is asked for its own. */
    private static RegistryResponse errorOf(RegistryRequest request, RegistryResponse head, RegistryHandler next)
            throws IOException {
        head.close();
        return next.handle(request);
    }

    private boolean isStored(Digest digest) {
        try {
            return store.size(digest).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<RegistryResponse> stored(RegistryRequest request, PullBlob pull, RegistryHandler next)
            throws IOException {
        StoredContent content = open(pull.digest());
        if (content == null) {
            return Optional.empty();
        }
        try {
            RegistryResponse answer = new BlobAnswer(request, pull.digest(), content.size())
                    .with((offset, length) -> HealingSource.body(
                                    content, offset, length, request, whole -> handle(whole, pull, next))
                            .closing(content));
            if (answer.body().length().orElse(0) == 0 || !answer.isSuccess()) {
                content.close();
            }
            metrics.served(answer.body().length().orElse(0));
            note(request, CacheState.HIT);
            return Optional.of(answer);
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private @Nullable StoredContent open(Digest digest) {
        try {
            return store.open(digest).orElse(null);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot open {0}, fetching it: {1}", digest, e.toString());
            return null;
        }
    }

    private RegistryResponse fetched(RegistryRequest request, PullBlob pull, RegistryHandler next, long asOf)
            throws IOException {
        boolean[] mine = {false};
        BlobFill fill = fills.computeIfAbsent(pull.digest(), digest -> {
            mine[0] = true;
            return new BlobFill(digest, request, next, store, metrics, parallel, asOf, () -> fills.remove(digest));
        });
        if (fill.asOf() != asOf && !members.mayRead(request, pull.repository(), pull.digest())) {
            // Asked for before a blob was deleted, perhaps this one: its answer is not for who comes after.
            metrics.bypassed();
            return passed(request, pull, next, CacheState.BYPASS, asOf);
        }
        if (!fill.blob().join()) {
            if (fill.blob().awaitGone()) {
                return handle(request, pull, next);
            }
            metrics.bypassed();
            return passed(request, pull, next, CacheState.BYPASS, asOf);
        }
        if (mine[0]) {
            fetchers.execute(fill);
        }
        boolean handedOver = false;
        try {
            Optional<RegistryResponse> answer = answer(request, pull, next, fill, mine[0], asOf);
            handedOver = answer.isPresent()
                    && answer.get().body().length().orElse(1) != 0
                    && answer.get().isSuccess();
            if (answer.isPresent()) {
                return answer.get();
            }
        } finally {
            if (!handedOver) {
                leave(fill);
            }
        }
        return passed(request, pull, next, CacheState.MISS, asOf);
    }

    /** From the growing entry; empty where this request is better passed on. */
    private Optional<RegistryResponse> answer(
            RegistryRequest request, PullBlob pull, RegistryHandler next, BlobFill fill, boolean mine, long asOf)
            throws IOException {
        Optional<ByteRange> range = BlobAnswer.range(request, pull.digest());
        if (range.isPresent() && !isReadable(fill, range.get())) {
            return Optional.empty();
        }
        switch (fill.blob().awaitAnswer()) {
            case REFUSED -> {
                GrowingBlob.Refusal refusal = fill.blob().refusal().orElseThrow();
                return mine
                        ? Optional.of(RegistryResponse.of(refusal.status(), refusal.headers(), Body.of(refusal.body())))
                        : Optional.empty();
            }
            case BROKEN -> {
                if (fill.isOf(request)) {
                    throw fill.blob().failure();
                }
                return Optional.empty();
            }
            case UNSTORED -> {
                note(request, CacheState.BYPASS);
                return Optional.empty();
            }
            default -> {
                members.remember(request, pull.repository(), pull.digest(), asOf);
                note(request, mine ? CacheState.MISS : CacheState.SHARED);
                return Optional.of(growing(request, pull, next, fill));
            }
        }
    }

    private RegistryResponse growing(RegistryRequest request, PullBlob pull, RegistryHandler next, BlobFill fill)
            throws IOException {
        OptionalLong size = fill.blob().size();
        if (size.isPresent()) {
            return new BlobAnswer(request, pull.digest(), size.getAsLong())
                    .with((offset, length) ->
                            Body.of(reader(fill, request, next, offset, offset + length), OptionalLong.of(length)));
        }
        RegistryResponse whole = new BlobAnswer(request, pull.digest(), 0).with((offset, length) -> Body.empty());
        return RegistryResponse.of(
                200, whole.headers(), Body.of(reader(fill, request, next, 0, Long.MAX_VALUE), OptionalLong.empty()));
    }

    private FillReader reader(BlobFill fill, RegistryRequest request, RegistryHandler next, long from, long end) {
        return new FillReader(fill, request, next, metrics, () -> abandon(fill), from, end);
    }

    private static boolean isReadable(BlobFill fill, ByteRange range) {
        OptionalLong size = fill.blob().size();
        if (size.isEmpty()) {
            return false;
        }
        return BlobAnswer.part(range, size.getAsLong())
                .map(part -> part.offset() + part.length() <= fill.blob().readable())
                .orElse(true);
    }

    /** Not from the cache: a range ahead of the fetch, a HEAD, or a store that is out of order. */
    private RegistryResponse passed(
            RegistryRequest request, PullBlob pull, RegistryHandler next, CacheState state, long asOf)
            throws IOException {
        RegistryResponse response = next.handle(request);
        if (response.isSuccess()) {
            members.remember(request, pull.repository(), pull.digest(), asOf);
        }
        note(request, state);
        return response;
    }

    private void leave(BlobFill fill) {
        fill.blob().release();
        abandon(fill);
    }

    private void abandon(BlobFill fill) {
        if (!fillAlone) {
            fill.blob().abandonIfUnused();
        }
    }

    private void note(RegistryRequest request, CacheState state) {
        request.get(CacheState.HOLDER).ifPresent(holder -> holder.set(state));
        metrics.answered(state);
    }

    /** A purge has taken these records of who may read. */
    void forget(Predicate<RecordKey> purged) {
        members.purged(purged);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "registry-proxy-fill");
        thread.setDaemon(true);
        return thread;
    }

    /** Stops fetches that are under way; what they have stays in the store for the next ones. */
    @Override
    public void close() {
        fetchers.shutdownNow();
    }

    /** Sets who may read, and how fetches are run. */
    public static final class Builder {
        private static final int MOST_CONNECTIONS = 16;
        private static final long LEAST_FROM_BYTES = 1024 * 1024;
        private static final long FROM_BYTES = 16 * LEAST_FROM_BYTES;

        private final ContentStore store;
        private final String upstream;
        private CacheAccess access = CacheAccess.PUBLIC;
        private CacheMetrics metrics = CacheMetrics.NONE;
        private Breaker breaker = new Breaker();
        private boolean fillAlone = true;
        private int connections = 1;
        private long fromBytes = FROM_BYTES;
        private @Nullable ExecutorService fetchers;

        private Builder(ContentStore store, String upstream) {
            this.store = Objects.requireNonNull(store, "store");
            this.upstream = Objects.requireNonNull(upstream, "upstream");
        }

        /** Who may read what was fetched for another. Default: everybody who may ask. */
        public Builder access(CacheAccess access) {
            this.access = Objects.requireNonNull(access, "access");
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

        public CacheBlobs build() {
            return new CacheBlobs(this);
        }
    }
}
