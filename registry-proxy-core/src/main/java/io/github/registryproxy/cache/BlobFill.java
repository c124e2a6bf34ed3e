package io.github.registryproxy.cache;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.cache.GrowingBlob.Phase;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.AheadStaging;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.Staging;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The one fetch of a blob: its own task, which writes what everybody who wants the blob reads while it grows. No reader's speed
 * or death touches it. A fetch that breaks off leaves what it has for the next one to go on with.
 */
final class BlobFill implements Runnable {
    private static final Logger LOG = System.getLogger(BlobFill.class.getName());

    private final Digest digest;
    private final RegistryRequest request;
    private final RegistryHandler next;
    private final ContentStore store;
    private final CacheMetrics metrics;
    private final ParallelFetch parallel;
    private final GrowingBlob blob;
    private boolean inOneStream;

    /**
     * @param request what the first reader asked; its range and conditions are left out
     * @param atEnd run when nobody uses it any more
     */
    BlobFill(
            Digest digest,
            RegistryRequest request,
            RegistryHandler next,
            ContentStore store,
            CacheMetrics metrics,
            ParallelFetch parallel,
            Runnable atEnd) {
        this.digest = digest;
        this.request = FillRequests.whole(request);
        this.next = next;
        this.store = store;
        this.metrics = metrics;
        this.parallel = parallel;
        this.blob = new GrowingBlob(digest, atEnd);
    }

    /** Whether it asks for the blob where the request does: what goes wrong in one repository says nothing about another. */
    boolean isOf(RegistryRequest other) {
        return request.operation().equals(other.operation());
    }

    /** What grows, for those who read it. */
    GrowingBlob blob() {
        return blob;
    }

    @Override
    public void run() {
        try {
            stage();
            fetch();
        } catch (IOException | RuntimeException e) {
            // Whatever went wrong, those who wait must learn that it did.
            blob.end(Phase.BROKEN, e instanceof IOException broken ? broken : new IOException("the fetch failed", e));
        } finally {
            blob.release();
        }
    }

    private void stage() {
        try {
            blob.staged(store.stage(digest));
        } catch (IOException e) {
            unstored(e);
        }
    }

    private void fetch() throws IOException {
        Staging into = blob.staging();
        if (into == null) {
            return;
        }
        long there = into.size();
        Optional<ByteRange> range = range(into);
        boolean useless = false;
        try (RegistryResponse response = range.isEmpty()
                ? FillRequests.ask(request, next)
                : askForRest(FillRequests.ranged(request, range.get()))) {
            Optional<ContentRange> got = partFrom(there, response);
            if (range.isPresent() && got.isPresent()) {
                if (there > 0) {
                    metrics.resumed(there);
                }
                part(response, got.get(), into);
            } else if (response.status() == 200 && there == 0) {
                copy(response, into, response.body().length());
            } else if (there > 0 || response.status() == 206 || response.status() == 416) {
                useless = true;
            } else {
                blob.refused(FillRequests.refusal(response));
            }
        }
        if (useless) {
            startOver(into);
        }
    }

    /** What to ask for; empty for the whole. Where pieces are wanted, the first: it tells the size and wastes nothing. */
    private Optional<ByteRange> range(Staging into) {
        long there = into.size();
        if (parallel.isOn() && !inOneStream && into instanceof AheadStaging) {
            return Optional.of(ByteRange.of(there, there + parallel.fromBytes() - 1));
        }
        return there == 0 ? Optional.empty() : Optional.of(ByteRange.from(there));
    }

    private static Optional<ContentRange> partFrom(long first, RegistryResponse response) {
        Optional<ContentRange> range =
                response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        return range.filter(r -> response.status() == 206 && r.first() == first);
    }

    private void part(RegistryResponse response, ContentRange range, Staging into) throws IOException {
        long size = range.size().orElse(-1);
        if (size <= range.last() + 1 || !(into instanceof AheadStaging ahead)) {
            copy(response, into, range.size());
            return;
        }
        blob.filling(range.size(), into.size());
        boolean whole;
        try {
            whole = new PieceFetch(request, next, metrics, blob, ahead, response, size, parallel)
                    .fetch(response, range.last() + 1);
        } catch (Pieces.StoreFailedException e) {
            unstored(e);
            return;
        }
        if (whole) {
            commit(into);
        } else {
            rest(into);
        }
    }

    /** In one stream, what the pieces left. Readers are reading: what is there stays. */
    private void rest(Staging into) throws IOException {
        long there = into.size();
        LOG.log(Level.WARNING, "CACHE fetches {0} in one stream from byte {1}", digest, Long.toString(there));
        try (RegistryResponse response = FillRequests.ask(FillRequests.ranged(request, ByteRange.from(there)), next)) {
            if (partFrom(there, response).isPresent()) {
                append(response, into, 0);
            } else if (response.status() == 200) {
                append(response, into, there);
            } else {
                throw new IOException("asked for the rest from byte " + there + ", got " + response.status());
            }
        }
    }

    /** An upstream that cannot give the rest may still give the whole. */
    private RegistryResponse askForRest(RegistryRequest rest) throws IOException {
        try {
            return FillRequests.ask(rest, next);
        } catch (UpstreamTimeoutException | SocketException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot go on with {0}, starting over: {1}", digest, e.toString());
            return RegistryResponse.of(416);
        }
    }

    /** What an earlier attempt left is of no use to this upstream, or it takes no ranges. */
    private void startOver(Staging old) throws IOException {
        inOneStream = true;
        try {
            if (old.size() > 0) {
                old.discard();
                old.close();
                blob.staged(store.stage(digest));
            }
        } catch (IOException e) {
            unstored(e);
            return;
        }
        fetch();
    }

    private void copy(RegistryResponse response, Staging into, OptionalLong total) throws IOException {
        blob.filling(total, into.size());
        append(response, into, 0);
    }

    /** @param skip how many bytes of it are there already */
    private void append(RegistryResponse response, Staging into, long skip) throws IOException {
        long over = skip;
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                if (blob.isAbandoned()) {
                    throw new IOException("nobody waits for it any more");
                }
                metrics.fetched(bytes.remaining());
                int known = (int) Math.min(over, bytes.remaining());
                over -= known;
                if (!append(into, bytes.position(bytes.position() + known))) {
                    return;
                }
            }
        }
        commit(into);
    }

    private boolean append(Staging into, ByteBuffer bytes) {
        try {
            into.append(bytes);
        } catch (IOException e) {
            unstored(e);
            return false;
        }
        blob.grown(into.size());
        return true;
    }

    private void commit(Staging into) throws IOException {
        try {
            into.commit();
        } catch (ContentMismatchException e) {
            LOG.log(Level.ERROR, "INTEGRITY {0}", e.getMessage());
            throw e;
        } catch (IOException e) {
            unstored(e);
            return;
        }
        blob.committed(into.size());
    }

    private void unstored(IOException cause) {
        LOG.log(Level.WARNING, "CACHE cannot keep {0}, served without: {1}", digest, cause.toString());
        metrics.bypassed();
        blob.end(Phase.UNSTORED, cause);
    }
}
