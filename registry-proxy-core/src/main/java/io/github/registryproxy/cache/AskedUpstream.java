package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.cache.Representations.Representation;
import io.github.registryproxy.internal.Tasks;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Upstream that is called only when its circuit breaker is closed and its Retry-After has passed. */
final class AskedUpstream {
    private static final Logger LOG = System.getLogger(AskedUpstream.class.getName());

    private final Breaker breaker;
    private final RetryPauses pauses;
    private final CacheMetrics metrics;
    private final Executor probes;
    private final Patience patience;

    /** @param patience of who has an older answer */
    AskedUpstream(Breaker breaker, RetryPauses pauses, CacheMetrics metrics, Executor probes, Patience patience) {
        this.patience = patience;
        this.breaker = breaker;
        this.pauses = pauses;
        this.metrics = metrics;
        this.probes = probes;
    }

    /**
     * One request for the upstream.
     *
     * @param request of the client; what the upstream sees of it is less
     * @param next the upstream, which ends the caller's rights when it refuses
     * @param wanted the types that the client accepts
     */
    record Question(RegistryRequest request, RegistryHandler next, Caller caller, Representation wanted) {
        /**
         * Whom a wait is for and what it was said about: a repository that must slow down stops no other, and its lists do not stop
         * its manifests.
         */
        String waiter() {
            Operation operation = request.operation();
            String place =
                    operation instanceof InRepository in ? in.repository().value() : operation.path();
            return caller.credential() + (operation instanceof PullManifest ? " manifests " : " lists ") + place;
        }

        Question as(String method) {
            return new Question(request.withMethod(method), next, caller, wanted);
        }
    }

    /**
     * Its answer to the whole document, or the one it gave when it asked to wait.
     *
     * @throws BreakerOpenException when it is away
     * @throws IOException when it gives none
     */
    Answer ask(Question question) throws IOException {
        Optional<Answer> pause =
                pauses.answer(question.waiter(), question.request().isHead());
        if (pause.isPresent()) {
            return pause.get();
        }
        Answer answer = answer(question);
        pauses.heed(question.waiter(), question.request().isHead(), answer);
        if (answer.status() == 200 && !question.request().isHead()) {
            metrics.fetched(answer.body().length);
        }
        return answer;
    }

    /**
     * As {@link #ask}, for who has an older answer: the wait is short, and what takes longer finds its end alone.
     *
     * @throws UpstreamTimeoutException when it was too short
     */
    Answer askBriefly(Question question) throws IOException {
        return patience.await(() -> ask(question));
    }

    /** A refusal is an answer, in whichever way it comes. */
    private Answer answer(Question question) throws IOException {
        try {
            return Answer.of(breaker.call(reduced(question), question.next()));
        } catch (RegistryException e) {
            return Answer.of(RegistryResponse.of(e.error()));
        }
    }

    /** What a client has, wants a part of, or makes up, is no concern of the upstream. */
    private static RegistryRequest reduced(Question question) {
        RegistryRequest request = question.request().operation() instanceof PullManifest
                ? Representations.reduced(question.request(), question.wanted())
                : question.request();
        return request.withHeaders(headers -> headers.without(
                HeaderNames.IF_MATCH,
                HeaderNames.IF_NONE_MATCH,
                "If-Modified-Since",
                "If-Unmodified-Since",
                HeaderNames.IF_RANGE,
                HeaderNames.RANGE));
    }

    boolean isAway() {
        return breaker.isOpen();
    }

    /** Finds out whether it is there again, while whoever asks has an answer already. */
    void probe(Question question) {
        if (breaker.mayProbe()) {
            Question head = question.as("HEAD");
            Tasks.start(probes, () -> probeNow(head), e -> LOG.log(Level.DEBUG, "still away: {0}", e.toString()));
        }
    }

    private void probeNow(Question head) {
        try {
            ask(head);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether an older answer is better: the upstream could not answer, or, where that is wanted, would not. What it refuses a
     * client is never given to that client all the same.
     */
    boolean mayBeStale(Question question, Answer answer, boolean onRefusal) {
        return switch (answer.status()) {
            case 401, 403 -> onRefusal && question.caller().isPublic();
            case 404 -> onRefusal;
            default -> cannotSay(answer.status());
        };
    }

    /** Whether an upstream that answers so says nothing about what it has and who may read it. */
    static boolean cannotSay(int status) {
        return status == 429 || status >= 500;
    }
}
