package io.github.registryproxy.cache;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.cache.Pieces.Piece;
import io.github.registryproxy.cache.Pieces.StoreFailedException;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.store.AheadStaging;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * Fetches a blob in pieces over several connections. A piece that breaks off is gone on with by whoever is free; an upstream that
 * gives something else, refuses or keeps failing is left alone, for a fetch of the rest in one stream.
 */
final class PieceFetch {
    private static final Logger LOG = System.getLogger(PieceFetch.class.getName());
    static final int MOST_FAILURES = 3;

    private final RegistryRequest request;
    private final RegistryHandler next;
    private final CacheMetrics metrics;
    private final GrowingBlob blob;
    private final long size;
    private final Optional<String> validator;
    private final ParallelFetch settings;
    private final Pieces pieces;
    private final FillBudget budget;

    /**
     * For one blob.
     *
     * @param request for the whole, without conditions
     * @param first the answer to a request for the first piece, which stays the caller's
     * @param size of the whole
     */
    PieceFetch(
            RegistryRequest request,
            RegistryHandler next,
            CacheMetrics metrics,
            GrowingBlob blob,
            AheadStaging staging,
            RegistryResponse first,
            long size,
            ParallelFetch settings,
            FillBudget budget) {
        this.request = request;
        this.next = next;
        this.metrics = metrics;
        this.blob = blob;
        this.size = size;
        this.settings = settings;
        this.budget = budget;
        this.validator = first.headers().first(HeaderNames.ETAG).filter(tag -> tag.startsWith("\""));
        long length = settings.pieceOf(size - staging.size());
        this.pieces = new Pieces(staging, blob::grown, size, length, settings.window(length));
    }

    /**
     * Fetches what the first answer does not have beside it.
     *
     * @param end of the first answer, exclusive
     * @return whether all is there; else what is there without a gap is in the staging, and one stream may fetch the rest
     * @throws StoreFailedException when the store failed
     * @throws IOException when nobody waits any more
     */
    boolean fetch(RegistryResponse first, long end) throws IOException {
        Piece piece = pieces.first(end);
        try {
            for (int i = 1; i < settings.connections(); i++) {
                help();
            }
            work(piece, () -> copy(first, piece));
            work(true);
            return pieces.isComplete();
        } finally {
            pieces.stop();
        }
    }

    private void help() {
        try {
            settings.threads().execute(() -> {
                try {
                    work(false);
                } catch (Throwable e) {
                    pieces.stop(); // the first thread learns the same, or fetches the rest alone
                    LOG.log(Level.DEBUG, "fetching in pieces ended", e);
                }
            });
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            LOG.log(Level.DEBUG, "no thread for another connection", e);
        }
    }

    /** Fetches pieces until there are no more. */
    private void work(boolean first) throws IOException {
        int failures = 0;
        for (Piece piece = pieces.claim(first); piece != null; piece = pieces.claim(first)) {
            Piece mine = piece;
            failures = work(mine, () -> fetch(mine)) ? 0 : failures + 1;
            if (failures == MOST_FAILURES) {
                pieces.refused();
            }
        }
    }

    private interface Work {
        void now() throws IOException;
    }

    private boolean work(Piece piece, Work work) throws IOException {
        try {
            work.now();
            return true;
        } catch (StoreFailedException e) {
            throw e;
        } catch (IOException e) {
            checkWanted();
            LOG.log(Level.DEBUG, () -> "a piece of " + request + " failed at byte " + piece.at() + ": " + e);
            return false;
        } finally {
            pieces.giveBack(piece);
        }
    }

    private void checkWanted() throws IOException {
        if (blob.isAbandoned()) {
            throw new IOException("nobody waits for it any more");
        }
    }

    private void fetch(Piece piece) throws IOException {
        while (piece.at() < piece.end()) {
            checkWanted();
            ByteRange range = ByteRange.of(piece.at(), piece.end() - 1);
            try (RegistryResponse response = FillRequests.ask(asking(range), next, budget)) {
                if (!gives(response, piece)) {
                    pieces.refused();
                    throw new IOException("asked for " + range + ", got " + response.status()
                            + response.headers()
                                    .first(HeaderNames.CONTENT_RANGE)
                                    .map(r -> " with " + r)
                                    .orElse(""));
                }
                copy(response, piece);
            }
        }
    }

    private RegistryRequest asking(ByteRange range) {
        return FillRequests.ranged(request, range)
                .withHeaders(headers ->
                        validator.isPresent() ? headers.with(HeaderNames.IF_RANGE, validator.get()) : headers);
    }

    private boolean gives(RegistryResponse response, Piece piece) {
        Optional<ContentRange> got =
                response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        return response.status() == 206
                && got.filter(range -> range.first() == piece.at()
                                && range.last() < piece.end()
                                && range.size().orElse(size) == size)
                        .isPresent();
    }

    /** Writes what an answer has, of the piece and no more. */
    private void copy(RegistryResponse response, Piece piece) throws IOException {
        long before = piece.at();
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                checkWanted();
                if (bytes.remaining() > piece.end() - piece.at()) {
                    throw new IOException("more than was asked for");
                }
                metrics.fetched(bytes.remaining());
                budget.progressed(bytes.remaining());
                pieces.write(piece, bytes);
            }
        }
        if (piece.at() == before) {
            throw new IOException("an empty piece");
        }
    }
}
