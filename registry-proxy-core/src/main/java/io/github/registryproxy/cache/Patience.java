package io.github.registryproxy.cache;

import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.internal.Tasks;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How long those wait for the upstream who have something else to answer. What takes longer finds its end alone. */
final class Patience {
    static final Duration DEFAULT = Duration.ofSeconds(4);

    private final Breaker breaker;
    private final Duration longest;

    Patience(Breaker breaker, Duration longest) {
        this.breaker = breaker;
        this.longest = longest;
    }

    /**
     * The upstream's answer.
     *
     * @throws UpstreamTimeoutException when there was none in time; the breaker is told
     */
    Answer await(Flights.Work<Answer> question) throws IOException {
        FutureTask<Answer> answer = new FutureTask<>(question::run);
        inBackground(answer);
        try {
            return answer.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            breaker.suspect();
            throw new UpstreamTimeoutException("no answer within " + longest.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the registry");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw Flights.thrown(cause == null ? e : cause);
        }
    }

    /** A thread of its own: there are few, since a tag is asked about once in a TTL. */
    static void inBackground(Runnable work) {
        Tasks.inOwnThread("registry-proxy-ask").execute(work);
    }
}
