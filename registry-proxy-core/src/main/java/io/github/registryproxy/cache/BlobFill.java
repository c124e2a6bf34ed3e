package io.github.registryproxy.cache;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.Staging;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one fetch of a blob: its own task, which writes to a staging that everybody who wants the blob reads while it grows. No
 * reader's speed or death touches it.
 *
 * <p>Readers get the last bytes only when the whole was committed, so nobody has a complete blob that is wrong. A fetch that
 * breaks off leaves what it has for the next one to go on with.
 */
final class BlobFill implements Runnable {
    static final int TAIL = 32 * 1024;

    private static final Logger LOG = System.getLogger(BlobFill.class.getName());
    private static final int LARGEST_REFUSAL = 64 * 1024;
    private static final long LONGEST_GOING = Duration.ofSeconds(2).toNanos();

    /** How far the fetch is. */
    enum Phase {
        ASKING,
        FILLING,
        COMMITTED,
        /** The upstream answered, but not with the blob. */
        REFUSED,
        /** The upstream did not answer, or its body broke off for good. */
        BROKEN,
        /** The store failed, not the upstream: readers go on without it. */
        UNSTORED
    }

    private final Digest digest;
    private final RegistryRequest request;
    private final RegistryHandler next;
    private final ContentStore store;
    private final CacheMetrics metrics;
    private final Runnable atEnd;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Phase phase = Phase.ASKING;
    private long written;
    private OptionalLong size = OptionalLong.empty();
    private @Nullable IOException failure;
    private @Nullable Refusal refusal;
    private @Nullable Staging staging;
    private int users = 1;
    private volatile boolean abandoned;

    /** An answer that is not the blob, for everybody who waits. */
    record Refusal(int status, Headers headers, byte[] body) {}

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
        this.atEnd = atEnd;
    }

    RegistryRequest request() {
        return request;
    }

    Digest digest() {
        return digest;
    }

    @Override
    public void run() {
        try {
            stage();
            fetch();
        } catch (IOException | RuntimeException e) {
            // Whatever went wrong, those who wait must learn that it did.
            end(Phase.BROKEN, e instanceof IOException broken ? broken : new IOException("the fetch failed", e));
        } finally {
            release();
        }
    }

    private void stage() {
        try {
            Staging fresh = store.stage(digest);
            locked(() -> staging = fresh);
        } catch (IOException e) {
            unstored(e);
        }
    }

    private void fetch() throws IOException {
        Staging into = staging;
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
            return next.handle(what);
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
            Staging fresh = store.stage(digest);
            locked(() -> staging = fresh);
        } catch (IOException e) {
            unstored(e);
            return;
        }
        fetch();
    }

    private void copy(RegistryResponse response, Staging into, OptionalLong total) throws IOException {
        locked(() -> {
            phase = Phase.FILLING;
            size = total;
            written = into.size();
        });
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read(); bytes != null; bytes = source.read()) {
                if (abandoned) {
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
        locked(() -> written = into.size());
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
        locked(() -> {
            written = into.size();
            size = OptionalLong.of(written);
        });
        end(Phase.COMMITTED, null);
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
        locked(() -> refusal = new Refusal(response.status(), response.headers(), body.toByteArray()));
        end(Phase.REFUSED, null);
    }

    private void unstored(IOException cause) {
        LOG.log(Level.WARNING, "CACHE cannot keep {0}, served without: {1}", digest, cause.toString());
        metrics.bypassed();
        end(Phase.UNSTORED, cause);
    }

    private void end(Phase last, @Nullable IOException why) {
        locked(() -> {
            if (phase == Phase.ASKING || phase == Phase.FILLING) {
                phase = last;
                failure = why;
            }
        });
    }

    /** Waits until the upstream has answered; the phase is another than ASKING then. */
    Phase awaitAnswer() throws IOException {
        lock.lock();
        try {
            while (phase == Phase.ASKING) {
                changed.await();
            }
            return phase;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } finally {
            lock.unlock();
        }
    }

    /** Of the whole blob; empty where the upstream did not say, until it is committed. */
    OptionalLong size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes from the first a reader could have at once. */
    long readable() {
        lock.lock();
        try {
            return limit();
        } finally {
            lock.unlock();
        }
    }

    Optional<Refusal> refusal() {
        lock.lock();
        try {
            return Optional.ofNullable(refusal);
        } finally {
            lock.unlock();
        }
    }

    /** Why it is broken or not stored. */
    IOException failure() {
        lock.lock();
        try {
            return new IOException("the blob could not be fetched", failure);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Bytes at a position, waiting for them: how many are in the buffer now; 0 at the end of the blob; -1 when the store failed, and
     * the reader has to go on without.
     *
     * @throws IOException when the fetch broke off
     */
    int read(long position, ByteBuffer into) throws IOException {
        Staging from;
        lock.lock();
        try {
            while (limit() <= position && phase == Phase.FILLING) {
                changed.await();
            }
            if (limit() <= position || phase == Phase.BROKEN) {
                return switch (phase) {
                    case COMMITTED -> 0;
                    case UNSTORED -> -1;
                    default -> throw failure();
                };
            }
            from = java.util.Objects.requireNonNull(staging);
            into.limit((int) Math.min(into.limit(), into.position() + limit() - position));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } finally {
            lock.unlock();
        }
        return from.read(position, into);
    }

    /** What was written before the store failed, for whoever checks that another fetch gives the same. */
    int readWritten(long position, ByteBuffer into) throws IOException {
        Staging from = staging;
        return from == null ? 0 : from.read(position, into);
    }

    private long limit() {
        if (phase == Phase.COMMITTED) {
            return written;
        }
        long end = size.orElse(written);
        return Math.max(0, Math.min(written, end - TAIL));
    }

    /** Joins as one more user; false when it has failed, or is over and its staging gone. */
    boolean join() {
        lock.lock();
        try {
            boolean failed = phase != Phase.ASKING && phase != Phase.FILLING && phase != Phase.COMMITTED;
            if (failed || users == 0 || (phase == Phase.COMMITTED && staging == null)) {
                return false;
            }
            users++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is under way, or has just been committed. */
    boolean isUnderWay() {
        lock.lock();
        try {
            return phase == Phase.ASKING || phase == Phase.FILLING;
        } finally {
            lock.unlock();
        }
    }

    /** Waits a moment until a fetch that failed has let its staging go; false when somebody still holds it. */
    boolean awaitGone() throws IOException {
        lock.lock();
        try {
            long left = LONGEST_GOING;
            while (users > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return users == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a fetch to end");
        } finally {
            lock.unlock();
        }
    }

    /** Leaves; the last one, the fetch itself included, lets the staging go. */
    void release() {
        Staging gone;
        lock.lock();
        try {
            if (users > 1) {
                users--;
                return;
            }
            gone = staging;
            staging = null;
        } finally {
            lock.unlock();
        }
        // One user is left, this one: nobody can join a failed fetch, and a committed one is in the store by now.
        if (gone != null) {
            close(gone);
        }
        atEnd.run();
        locked(() -> users = 0);
    }

    /** Stops the fetch when only itself is left; what it has stays for the next. */
    void abandonIfUnused() {
        lock.lock();
        try {
            abandoned |= users == 1;
        } finally {
            lock.unlock();
        }
    }

    private void close(Staging gone) {
        try {
            if (phase == Phase.UNSTORED || (failure != null && ContentMismatchException.isBehind(failure))) {
                gone.discard();
            }
            gone.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot put away the staging of {0}: {1}", digest, e.toString());
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
