package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Waits that an upstream asked for by 429 or 503 with Retry-After, an hour at most; per credential, since that is what limits are
 * counted by. A 429 to a GET stops no HEAD: registries that count pulls do not count those.
 */
final class RetryPauses {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final LongSupplier nanos;
    private final Clock clock;
    private final Cache<Waiter, Pause> pauses =
            CacheBuilder.newBuilder().maximumSize(10_000).build();

    private record Waiter(String who, boolean getsAlone) {}

    private record Pause(Answer answer, long until) {}

    RetryPauses(LongSupplier nanos, Clock clock) {
        this.nanos = nanos;
        this.clock = clock;
    }

    /** What the upstream would answer if it were asked now, with the rest of the wait; empty where it may be asked. */
    Optional<Answer> answer(String who, boolean head) {
        Optional<Answer> any = answer(new Waiter(who, false));
        return any.isPresent() || head ? any : answer(new Waiter(who, true));
    }

    private Optional<Answer> answer(Waiter waiter) {
        Pause pause = pauses.getIfPresent(waiter);
        if (pause == null) {
            return Optional.empty();
        }
        long rest = pause.until - nanos.getAsLong();
        if (rest <= 0) {
            pauses.invalidate(waiter);
            return Optional.empty();
        }
        return Optional.of(pause.answer.withRetryAfter(Duration.ofNanos(rest)));
    }

    /** Begins a pause where the answer asks for one. */
    void heed(String who, boolean head, Answer answer) {
        if (answer.status() != 429 && answer.status() != 503) {
            return;
        }
        Optional<Duration> wait = answer.headers().retryAfter(clock.instant()).filter(asked -> !asked.isZero());
        if (wait.isPresent()) {
            Duration bounded = wait.get().compareTo(LONGEST) > 0 ? LONGEST : wait.get();
            Waiter waiter = new Waiter(who, answer.status() == 429 && !head);
            pauses.put(waiter, new Pause(answer, nanos.getAsLong() + bounded.toNanos()));
        }
    }
}
