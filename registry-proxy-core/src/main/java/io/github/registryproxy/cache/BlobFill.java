package io.github.registryproxy.cache;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.Verification;
import io.github.registryproxy.cache.GrowingBlob.Phase;
import io.github.registryproxy.cache.GrowingBlob.Refusal;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.Staging;
import java.io.ByteArrayOutputStream;
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
    private static final int LARGEST_REFUSAL = 64 * 1024;

    private final Digest digest;
    private final RegistryRequest request;
    private final RegistryHandler next;
    private final ContentStore store;
    private final CacheMetrics metrics;
    private final GrowingBlob blob;

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
            Runnable atEnd) {
        this.digest = digest;
        this.request = request.withMethod("GET")
                .withHeaders(headers -> headers.without(
                        HeaderNames.RANGE, HeaderNames.IF_RANGE, HeaderNames.IF_NONE_MATCH, HeaderNames.IF_MATCH));
        this.next = next;
        this.store = store;
        this.metrics = metrics;
        this.blob = new GrowingBlob(digest, atEnd);
    }

    RegistryRequest request() {
        return request;
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
        RegistryRequest rest = there == 0
                ? request
                : request.withHeaders(
                        h -> h.with(HeaderNames.RANGE, ByteRange.from(there).toString()));
        boolean useless = false;
        try (RegistryResponse response = there == 0 ? ask(rest) : askForRest(rest)) {
            Optional<ContentRange> range =
                    response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
            if (response.status() == 206
                    && there > 0
                    && range.filter(r -> r.first() == there).isPresent()) {
                metrics.resumed(there);
                copy(response, into, range.get().size());
            } else if (response.status() == 200 && there == 0) {
                copy(response, into, response.body().length());
            } else if (there > 0) {
                useless = true;
            } else {
                refuse(response);
            }
        }
        if (useless) {
            startOver(into);
        }
    }

    private RegistryResponse ask(RegistryRequest what) throws IOException {
        try {
            return next.handle(what.with(Verification.BY_READER, true));
        } catch (RegistryException e) {
            return RegistryResponse.of(e.error());
        }
    }

    /** An upstream that cannot give the rest may still give the whole. */
    private RegistryResponse askForRest(RegistryRequest rest) throws IOException {
        try {
            return ask(rest);
        } catch (UpstreamTimeoutException | SocketException e) {
            throw e;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot go on with {0}, starting over: {1}", digest, e.toString());
            return RegistryResponse.of(416);
        }
    }

    /** What an earlier attempt left is of no use to this upstream. */
    private void startOver(Staging old) throws IOException {
        try {
            old.discard();
            old.close();
            blob.staged(store.stage(digest));
        } catch (IOException e) {
            unstored(e);
            return;
        }
        fetch();
    }

    private void copy(RegistryResponse response, Staging into, OptionalLong total) throws IOException {
        blob.filling(total, into.size());
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                if (blob.isAbandoned()) {
                    throw new IOException("nobody waits for it any more");
                }
                metrics.fetched(bytes.remaining());
                if (!append(into, bytes)) {
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

    private void refuse(RegistryResponse response) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read();
                    bytes != null && body.size() < LARGEST_REFUSAL;
                    bytes = source.read()) {
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                body.write(chunk, 0, chunk.length);
            }
        }
        blob.refused(new Refusal(response.status(), response.headers(), body.toByteArray()));
    }

    private void unstored(IOException cause) {
        LOG.log(Level.WARNING, "CACHE cannot keep {0}, served without: {1}", digest, cause.toString());
        metrics.bypassed();
        blob.end(Phase.UNSTORED, cause);
    }
}
