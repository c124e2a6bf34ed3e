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
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The one fetch of a blob from one source: its own task, which writes what all readers of that source read while it grows. No
 * reader's speed or death touches it. A fetch that breaks off leaves what it has for the next one of the same source.
 *
 * <p>It is a state machine, one step after the other within a {@link FillBudget}:
 *
 * <pre>
 * STAGE -> ASK -> COPY ----------> COMMIT -> END
 *           ^  \> PIECES -> REST -/   |
 *           |                         | wrong, and of several answers: once
 *           +-------- REPLACE <-------+
 * </pre>
 *
 * <p>Whatever is thrown ends it, and every reader is told.
 */
final class BlobFill implements Runnable {
    private static final Logger LOG = System.getLogger(BlobFill.class.getName());

    private enum Step {
        /** A place in the store, perhaps with what an earlier attempt left. */
        STAGE,
        /** The upstream is asked for what is missing. */
        ASK,
        /** The answer's body is all that is missing. */
        COPY,
        /** The answer's body is the first of several pieces. */
        PIECES,
        /** In one stream, what the pieces left. Readers are reading: what is there stays. */
        REST,
        COMMIT,
        /** The whole again, in place of what turned out to be wrong. */
        REPLACE,
        END
    }

    private final Digest digest;
    private final Source source;
    private final BlobPull leader;
    private final RegistryRequest request;
    private final RegistryHandler next;
    private final ContentStore store;
    private final CacheMetrics metrics;
    private final ParallelFetch parallel;
    private final GrowingBlob blob;
    private final FillBudget budget;
    private @Nullable Staging into;
    private @Nullable RegistryResponse answer;
    private OptionalLong size = OptionalLong.empty();
    private boolean inOneStream;
    private boolean ofSeveralAnswers;
    private boolean replaced;

    /** Where a fill's bytes come from: what goes wrong at one source says nothing about another. */
    record Source(String upstream, String repository) {
        @Override
        public String toString() {
            return upstream + " " + repository;
        }
    }

    /**
     * Of one blob.
     *
     * @param leader what the first reader asked; its range and conditions are left out
     * @param atEnd run when nobody uses it any more
     */
    BlobFill(
            Digest digest,
            Source source,
            BlobPull leader,
            ContentStore store,
            CacheMetrics metrics,
            ParallelFetch parallel,
            Runnable atEnd) {
        this.digest = digest;
        this.source = source;
        this.leader = leader;
        this.request = FillRequests.whole(leader.request());
        this.next = leader.next();
        this.store = store;
        this.metrics = metrics;
        this.parallel = parallel;
        this.blob = new GrowingBlob(digest, atEnd);
        this.budget = new FillBudget(parallel.connections(), System::nanoTime);
    }

    /** The request that it was begun for: what the upstream says to the fetch, it says to that one. */
    BlobPull leader() {
        return leader;
    }

    boolean isFrom(Source other) {
        return source.equals(other);
    }

    /** What grows, for those who read it. */
    GrowingBlob blob() {
        return blob;
    }

    /** Runs it in a thread of these; where there is none, readers go on without it. */
    void start(Executor threads) {
        try {
            threads.execute(this);
        } catch (Throwable e) {
            LOG.log(Level.WARNING, "CACHE has no thread to fetch {0}, served without: {1}", digest, e.toString());
            cancel(e);
        }
    }

    /** It will not run: readers go on without it. */
    void cancel(Throwable why) {
        blob.end(Phase.UNSTORED, why);
        blob.fillLease().close();
    }

    @Override
    public void run() {
        try {
            for (Step step = Step.STAGE; step != Step.END; ) {
                step = after(step);
            }
        } catch (Throwable e) {
            // First of all: those who wait must learn of it, also where there is no memory left to say more.
            blob.end(Phase.BROKEN, e);
            if (!(e instanceof IOException)) {
                LOG.log(Level.ERROR, "CACHE the fetch of {0} failed: {1}", digest, e.toString());
            }
        } finally {
            try {
                closeAnswer();
            } finally {
                blob.fillLease().close();
            }
        }
    }

    private Step after(Step step) throws IOException {
        return switch (step) {
            case STAGE -> stage();
            case ASK -> ask(staging());
            case COPY -> copy(staging());
            case PIECES -> pieces((AheadStaging) staging());
            case REST -> rest(staging());
            case COMMIT -> commit(staging());
            case REPLACE -> replace(staging());
            case END -> Step.END;
        };
    }

    private Staging staging() {
        Staging there = into;
        if (there == null) {
            throw new IllegalStateException("nothing is staged");
        }
        return there;
    }

    private Step stage() {
        return stageAnew() ? Step.ASK : Step.END;
    }

    /** False where the store cannot. */
    private boolean stageAnew() {
        try {
            Staging fresh = store.stage(digest, source.toString());
            into = fresh;
            blob.staged(fresh);
            return true;
        } catch (IOException e) {
            unstored(e);
            return false;
        }
    }

    private Step ask(Staging staging) throws IOException {
        long there = staging.size();
        Optional<ByteRange> range = range(staging);
        RegistryResponse got;
        try {
            got = asked(range);
        } catch (UpstreamTimeoutException | SocketException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (range.isEmpty()) {
                throw e;
            }
            LOG.log(Level.WARNING, "CACHE cannot go on with {0}, starting over: {1}", digest, e.toString());
            return whole(staging);
        }
        answer = got;
        ofSeveralAnswers |= there > 0;
        Optional<ContentRange> part = partFrom(there, got);
        if (range.isPresent() && part.isPresent()) {
            if (there > 0) {
                metrics.resumed(there);
            }
            return filling(part.get(), staging);
        }
        if (got.status() == 200) {
            if (there > 0 && !empty(staging)) {
                return Step.END;
            }
            return filling(got.body().length(), 0, Step.COPY);
        }
        if (there > 0 || (range.isPresent() && (got.status() == 206 || got.status() == 416))) {
            return whole(staging);
        }
        return refused(got);
    }

    private RegistryResponse asked(Optional<ByteRange> range) throws IOException {
        return FillRequests.ask(range.map(r -> FillRequests.ranged(request, r)).orElse(request), next, budget);
    }

    /** What to ask for; empty for the whole. Where pieces are wanted, the first: it tells the size and wastes nothing. */
    private Optional<ByteRange> range(Staging staging) {
        long there = staging.size();
        if (parallel.isOn() && !inOneStream && staging instanceof AheadStaging) {
            return Optional.of(ByteRange.of(there, there + parallel.fromBytes() - 1));
        }
        return there == 0 ? Optional.empty() : Optional.of(ByteRange.from(there));
    }

    private static Optional<ContentRange> partFrom(long first, RegistryResponse response) {
        Optional<ContentRange> range =
                response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        return range.filter(r -> response.status() == 206 && r.first() == first);
    }

    private Step filling(ContentRange part, Staging staging) {
        boolean more = part.size().orElse(-1) > part.last() + 1 && staging instanceof AheadStaging;
        return filling(part.size(), staging.size(), more ? Step.PIECES : Step.COPY);
    }

    private Step filling(OptionalLong total, long there, Step then) {
        size = total;
        blob.filling(total, there);
        return then;
    }

    /** What an earlier attempt left is of no use to this upstream, or it takes no ranges. */
    private Step whole(Staging staging) {
        closeAnswer();
        inOneStream = true;
        return staging.size() == 0 || empty(staging) ? Step.ASK : Step.END;
    }

    /** Nobody has read of it yet. */
    private boolean empty(Staging old) {
        ofSeveralAnswers = false;
        try {
            old.discard();
            old.close();
        } catch (IOException e) {
            unstored(e);
            return false;
        }
        return stageAnew();
    }

    /** An error is for those who wait, as a redirect is; any other status says nothing. */
    private Step refused(RegistryResponse got) throws IOException {
        boolean error = got.status() >= 400 && got.status() != 416;
        if (!error && !got.isRedirect()) {
            throw new IOException("the upstream answered " + got.status() + " to a blob GET");
        }
        blob.refused(FillRequests.refusal(got));
        return Step.END;
    }

    private Step copy(Staging staging) throws IOException {
        return append(staging, 0);
    }

    private Step pieces(AheadStaging staging) throws IOException {
        RegistryResponse first = answered();
        ContentRange part = partFrom(staging.size(), first).orElseThrow();
        ofSeveralAnswers = true;
        try {
            boolean complete = new PieceFetch(
                            request, next, metrics, blob, staging, first, size.orElseThrow(), parallel, budget)
                    .fetch(first, part.last() + 1);
            return complete ? Step.COMMIT : Step.REST;
        } catch (Pieces.StoreFailedException e) {
            return unstored(e);
        } finally {
            closeAnswer();
        }
    }

    private Step rest(Staging staging) throws IOException {
        long there = staging.size();
        LOG.log(Level.WARNING, "CACHE fetches {0} in one stream from byte {1}", digest, Long.toString(there));
        RegistryResponse got = asked(Optional.of(ByteRange.from(there)));
        answer = got;
        if (partFrom(there, got).isPresent()) {
            return append(staging, 0);
        }
        if (got.status() == 200) {
            return append(staging, there);
        }
        throw new IOException("asked for the rest from byte " + there + ", got " + got.status());
    }

    /** @param skip how many bytes of the answer are there already */
    private Step append(Staging staging, long skip) throws IOException {
        long over = skip;
        try (BodySource body = answered().body().source()) {
            for (ByteBuffer bytes = body.read(); bytes != null; bytes = body.read()) {
                if (blob.isAbandoned()) {
                    throw new IOException("nobody waits for it any more");
                }
                metrics.fetched(bytes.remaining());
                budget.progressed(bytes.remaining());
                int known = (int) Math.min(over, bytes.remaining());
                over -= known;
                if (!append(staging, bytes.position(bytes.position() + known))) {
                    return Step.END;
                }
            }
        } finally {
            closeAnswer();
        }
        return Step.COMMIT;
    }

    private boolean append(Staging staging, ByteBuffer bytes) {
        try {
            staging.append(bytes);
        } catch (IOException e) {
            unstored(e);
            return false;
        }
        blob.grown(staging.size());
        return true;
    }

    private Step commit(Staging staging) throws IOException {
        try {
            if (size.orElse(staging.size()) != staging.size()) {
                throw new ContentMismatchException(digest + " has " + staging.size() + " bytes, not " + size.getAsLong()
                        + " as the upstream said");
            }
            staging.commit();
        } catch (ContentMismatchException e) {
            LOG.log(Level.ERROR, "INTEGRITY {0}", e.getMessage());
            if (ofSeveralAnswers && !replaced) {
                return Step.REPLACE;
            }
            throw e;
        } catch (IOException e) {
            return unstored(e);
        }
        blob.committed(staging.size());
        return Step.END;
    }

    /** One of the answers was wrong; what one answer gives may be right. */
    private Step replace(Staging wrong) {
        LOG.log(Level.WARNING, "CACHE fetches {0} as a whole again", digest);
        replaced = true;
        inOneStream = true;
        ofSeveralAnswers = false;
        try {
            wrong.discard();
            Staging fresh = store.stage(digest, source.toString());
            into = fresh;
            blob.replaced(fresh);
            return Step.ASK;
        } catch (IOException e) {
            return unstored(e);
        }
    }

    private RegistryResponse answered() {
        RegistryResponse got = answer;
        if (got == null) {
            throw new IllegalStateException("there is no answer");
        }
        return got;
    }

    private void closeAnswer() {
        RegistryResponse got = answer;
        answer = null;
        if (got != null) {
            got.close();
        }
    }

    private Step unstored(IOException cause) {
        LOG.log(Level.WARNING, "CACHE cannot keep {0}, served without: {1}", digest, cause.toString());
        metrics.bypassed();
        blob.end(Phase.UNSTORED, cause);
        return Step.END;
    }
}
