package io.github.registryproxy.cache;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.ContentStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;

/**
 * Fetches that are under way: begins one for the first caller, and lets others of the same upstream and repository join it. What
 * another source sends is for its own callers until the whole is verified and in the store.
 */
final class BlobFills {
    private final ContentStore store;
    private final String upstream;
    private final CacheMetrics metrics;
    private final ParallelFetch parallel;
    private final ExecutorService fetchers;
    private final boolean fillAlone;
    private final Duration forAnotherSource;
    private final ConcurrentMap<Digest, BlobFill> fills;

    /**
     * Place of one caller among the users of a fetch, which holds it until the caller leaves.
     *
     * @param leads whether the fetch was begun for this caller
     * @param shares whether what the upstream says to the fetch, it says to this caller too
     */
    record Place(BlobFill fill, GrowingBlob.Lease lease, boolean leads, boolean shares) {}

    BlobFills(CacheBlobs.Builder builder, ParallelFetch parallel, ExecutorService fetchers) {
        this.store = builder.store;
        this.upstream = builder.upstream;
        this.metrics = builder.metrics;
        this.parallel = parallel;
        this.fetchers = fetchers;
        this.fillAlone = builder.fillAlone;
        this.forAnotherSource = builder.forAnotherSource;
        this.fills = Fills.of(store);
    }

    private BlobFill.Source source(BlobPull pull) {
        return new BlobFill.Source(upstream, pull.repository().value());
    }

    /**
     * Joins a fetch that is under way. To be tried before the store is looked at: a fetch that ends in between is in the store, and
     * is not begun again.
     */
    Optional<Place> joinUnderWay(BlobPull pull) {
        BlobFill fill = fills.get(pull.digest());
        return fill != null && fill.blob().isUnderWay() ? join(pull, fill, false) : Optional.empty();
    }

    /** Joins the fetch of that blob, or begins one; empty where there is one that cannot be joined. */
    Optional<Place> join(BlobPull pull) {
        boolean[] mine = {false};
        BlobFill fill = fills.computeIfAbsent(pull.digest(), digest -> {
            mine[0] = true;
            return new BlobFill(digest, source(pull), pull, store, metrics, parallel, () -> fills.remove(digest));
        });
        Optional<Place> place = join(pull, fill, mine[0]);
        if (mine[0] && place.isPresent()) {
            fill.start(fetchers);
        }
        return place;
    }

    private Optional<Place> join(BlobPull pull, BlobFill fill, boolean leads) {
        GrowingBlob.Lease lease = fill.isFrom(source(pull)) ? fill.blob().join() : null;
        return lease == null
                ? Optional.empty()
                : Optional.of(new Place(fill, lease, leads, leads || pull.isServedLike(fill.leader())));
    }

    /** Waits a moment for a fetch that cannot be joined; false where it goes on, so that the cache is of no use now. */
    boolean awaitOver(BlobPull pull) throws IOException {
        BlobFill fill = fills.get(pull.digest());
        if (fill == null) {
            return true;
        }
        if (fill.isFrom(source(pull))) {
            return fill.blob().awaitGone();
        }
        return fill.blob().awaitCommitted(forAnotherSource)
                || (!fill.blob().isUnderWay() && fill.blob().awaitGone());
    }

    void leave(Place place) {
        place.lease.close();
        abandon(place.fill);
    }

    /** A reader has left. */
    void abandon(BlobFill fill) {
        if (!fillAlone) {
            fill.blob().abandonIfUnused();
        }
    }
}
