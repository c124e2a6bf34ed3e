package io.github.registryproxy.cache;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.ContentStore;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;

/** Fetches that are under way: begins one for the first caller, and lets others join it. */
final class BlobFills {
    private final ContentStore store;
    private final CacheMetrics metrics;
    private final ParallelFetch parallel;
    private final ExecutorService fetchers;
    private final boolean fillAlone;
    private final ConcurrentMap<Digest, Shared> fills = new ConcurrentHashMap<>();

    /** A fetch, and the request that it was begun for. */
    private record Shared(BlobFill fill, BlobPull leader) {}

    /**
     * Place of one caller among the users of a fetch, which holds it until the caller leaves.
     *
     * @param joined false where the fetch can no longer be joined, so that nothing is held
     * @param leads whether the fetch was begun for this caller
     * @param shares whether what the upstream says to the fetch, it says to this caller too
     */
    record Place(BlobFill fill, boolean joined, boolean leads, boolean shares) {}

    BlobFills(
            ContentStore store,
            CacheMetrics metrics,
            ParallelFetch parallel,
            ExecutorService fetchers,
            boolean fillAlone) {
        this.store = store;
        this.metrics = metrics;
        this.parallel = parallel;
        this.fetchers = fetchers;
        this.fillAlone = fillAlone;
    }

    /**
     * Joins a fetch that is under way. To be tried before the store is looked at: a fetch that ends in between is in the store, and
     * is not begun again.
     */
    Optional<Place> joinUnderWay(BlobPull pull) {
        Shared shared = fills.get(pull.digest());
        return shared != null
                        && shared.fill.blob().isUnderWay()
                        && shared.fill.blob().join()
                ? Optional.of(new Place(shared.fill, true, false, pull.isServedLike(shared.leader)))
                : Optional.empty();
    }

    /** Joins the fetch of that blob, or begins one. */
    Place join(BlobPull pull) {
        boolean[] mine = {false};
        Shared shared = fills.computeIfAbsent(pull.digest(), digest -> {
            mine[0] = true;
            return new Shared(fill(pull), pull);
        });
        boolean joined = shared.fill.blob().join();
        if (joined && mine[0]) {
            fetchers.execute(shared.fill);
        }
        return new Place(shared.fill, joined, mine[0], mine[0] || pull.isServedLike(shared.leader));
    }

    private BlobFill fill(BlobPull pull) {
        return new BlobFill(
                pull.digest(),
                pull.request(),
                pull.next(),
                store,
                metrics,
                parallel,
                () -> fills.remove(pull.digest()));
    }

    void leave(Place place) {
        place.fill.blob().release();
        abandon(place.fill);
    }

    /** A reader has left. */
    void abandon(BlobFill fill) {
        if (!fillAlone) {
            fill.blob().abandonIfUnused();
        }
    }
}
