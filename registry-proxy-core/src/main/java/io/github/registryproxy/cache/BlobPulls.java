package io.github.registryproxy.cache;

import io.github.registryproxy.Body;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.VerifiedContent;
import io.github.registryproxy.cache.BlobFills.Place;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.ContentStore;
import io.github.registryproxy.store.StoredContent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Pulls of blobs. The entry is held first: stored content is opened, a fetch is joined. Then the right of the caller is decided, for
 * what is held and nothing else. Then it is read, or let go.
 */
final class BlobPulls {
    private static final Logger LOG = System.getLogger(BlobPulls.class.getName());

    /** How often the cache is looked into before a request passes it by. */
    private static final int MOST_LOOKS = 3;

    private final ContentStore store;
    private final BlobFills fills;
    private final BlobAccess access;
    private final CacheMetrics metrics;

    BlobPulls(ContentStore store, BlobFills fills, BlobAccess access, CacheMetrics metrics) {
        this.store = store;
        this.fills = fills;
        this.access = access;
        this.metrics = metrics;
    }

    RegistryResponse answer(BlobPull pull) throws IOException {
        boolean head = pull.request().isHead();
        for (int look = 1; look <= MOST_LOOKS; look++) {
            Optional<Place> underWay = head ? Optional.empty() : fills.joinUnderWay(pull);
            if (underWay.isPresent()) {
                return fromFetch(pull, underWay.get());
            }
            StoredContent stored = open(pull.digest());
            if (stored != null) {
                return fromStored(pull, stored);
            }
            if (head) {
                return passed(pull, CacheState.MISS);
            }
            Optional<Place> place = fills.join(pull);
            if (place.isPresent()) {
                return fromFetch(pull, place.get());
            }
            if (!fills.awaitOver(pull)) {
                break;
            }
        }
        metrics.bypassed();
        return passed(pull, CacheState.BYPASS);
    }

    private @Nullable StoredContent open(Digest digest) {
        try {
            return store.open(digest).orElse(null);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "CACHE cannot open {0}, fetching it: {1}", digest, e.toString());
            return null;
        }
    }

    private RegistryResponse fromStored(BlobPull pull, StoredContent content) throws IOException {
        boolean handedOver = false;
        try {
            Optional<RegistryResponse> refusal = access.refusal(pull);
            if (refusal.isPresent()) {
                return refused(pull, refusal.get());
            }
            RegistryResponse answer = new BlobAnswer(pull.request(), pull.digest(), content.size())
                    .with((offset, length) -> marked(
                                    pull,
                                    length == content.size(),
                                    HealingSource.body(
                                            content,
                                            offset,
                                            length,
                                            pull.request(),
                                            whole -> verified(pull, answer(pull.asking(whole)))))
                            .closing(content));
            handedOver = hasBytes(answer);
            metrics.served(answer.body().length().orElse(0));
            note(pull, CacheState.HIT);
            return answer;
        } finally {
            if (!handedOver) {
                content.close();
            }
        }
    }

    private RegistryResponse fromFetch(BlobPull pull, Place place) throws IOException {
        boolean handedOver = false;
        try {
            if (!place.shares()) {
                Optional<RegistryResponse> refusal = access.refusal(pull);
                if (refusal.isPresent()) {
                    return refused(pull, refusal.get());
                }
                if (isFromBeforeADeletion(place.fill(), pull) && !access.mayRead(pull)) {
                    metrics.bypassed();
                    return passed(pull, CacheState.BYPASS);
                }
            }
            Optional<RegistryResponse> answer = growing(pull, place);
            handedOver = answer.isPresent() && hasBytes(answer.get());
            if (answer.isPresent()) {
                return answer.get();
            }
        } finally {
            if (!handedOver) {
                fills.leave(place);
            }
        }
        return passed(pull, CacheState.MISS);
    }

    /** Whether a blob, perhaps this one, was deleted since the fetch was begun: its answer is not for later callers. */
    private static boolean isFromBeforeADeletion(BlobFill fill, BlobPull pull) {
        return fill.leader().caller().removals() != pull.caller().removals();
    }

    /** Whether its body is of the blob, and so holds what the blob is read from. */
    private static boolean hasBytes(RegistryResponse answer) {
        return (answer.status() == 200 || answer.status() == 206)
                && answer.body().length().orElse(1) != 0;
    }

    /** From the growing entry; empty where this request is better passed on. */
    private Optional<RegistryResponse> growing(BlobPull pull, Place place) throws IOException {
        BlobFill fill = place.fill();
        Optional<ByteRange> range = BlobAnswer.range(pull.request(), pull.digest());
        if (range.isPresent() && !isReadable(fill, range.get())) {
            return Optional.empty();
        }
        switch (fill.blob().awaitAnswer()) {
            case REFUSED -> {
                GrowingBlob.Refusal refusal = fill.blob().refusal().orElseThrow();
                return place.leads()
                        ? Optional.of(RegistryResponse.of(refusal.status(), refusal.headers(), Body.of(refusal.body())))
                        : Optional.empty();
            }
            case BROKEN -> throw fill.blob().failure();
            case UNSTORED -> {
                note(pull, CacheState.BYPASS);
                return Optional.empty();
            }
            default -> {
                if (place.shares()) {
                    access.grant(pull);
                }
                note(pull, place.leads() ? CacheState.MISS : CacheState.SHARED);
                return Optional.of(reading(pull, place));
            }
        }
    }

    private RegistryResponse reading(BlobPull pull, Place place) throws IOException {
        GrowingBlob.View view = place.fill().blob().view();
        if (view.size().isPresent()) {
            return new BlobAnswer(pull.request(), pull.digest(), view.size().getAsLong())
                    .with((offset, length) -> marked(
                            pull,
                            length == view.size().getAsLong(),
                            Body.of(reader(pull, place, view, offset, offset + length), OptionalLong.of(length))));
        }
        RegistryResponse whole =
                new BlobAnswer(pull.request(), pull.digest(), 0).with((offset, length) -> Body.empty());
        return RegistryResponse.of(
                200,
                whole.headers(),
                marked(pull, true, Body.of(reader(pull, place, view, 0, Long.MAX_VALUE), OptionalLong.empty())));
    }

    /** Verified where it is the whole: the store has hashed it, or gives its last bytes once it has. */
    private static Body marked(BlobPull pull, boolean whole, Body body) {
        return whole ? VerifiedContent.vouched(pull.digest(), body) : body;
    }

    /** Whatever the upstream is, what damaged content goes on with is verified. */
    private static RegistryResponse verified(BlobPull pull, RegistryResponse whole) throws IOException {
        if (whole.status() != 200) {
            return whole;
        }
        try {
            return RegistryResponse.of(
                    200, whole.headers(), VerifiedContent.of(pull.digest(), whole.body(), VerifiedContent.Limit.NONE));
        } catch (IOException | RuntimeException e) {
            whole.close();
            throw e;
        }
    }

    private FillReader reader(BlobPull pull, Place place, GrowingBlob.View view, long from, long end) {
        BlobFill fill = place.fill();
        Runnable atClose = () -> fills.abandon(fill);
        return new FillReader(
                fill.blob(), place.lease(), pull.request(), pull.next(), metrics, atClose, view, from, end);
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

    /** A HEAD has no document to hand on: the GET is asked for its own, which the upstream may even give. */
    private RegistryResponse refused(BlobPull pull, RegistryResponse head) throws IOException {
        if (pull.request().isHead()) {
            return head;
        }
        head.close();
        return passed(pull, CacheState.BYPASS);
    }

    /** Not from the cache: a range ahead of the fetch, a HEAD, a store that is out of order, or a caller who is refused. */
    private RegistryResponse passed(BlobPull pull, CacheState state) throws IOException {
        RegistryResponse response = pull.next().handle(pull.request());
        access.heed(pull, response);
        note(pull, state);
        return response;
    }

    private void note(BlobPull pull, CacheState state) {
        pull.request().get(CacheState.HOLDER).ifPresent(holder -> holder.set(state));
        metrics.answered(state);
    }
}
