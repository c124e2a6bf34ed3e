package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Operation.InRepository;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Pages of tags and of referrers, in memory, by everything they were asked with. Clients choose a page's parameters, so pages that
 * have some push out others of their kind alone.
 */
final class KeptLists {
    private static final long LARGEST = 8L * 1024 * 1024;
    private static final int OVERHEAD = 1024;

    private final AskedUpstream upstream;
    private final Duration ttl;
    private final boolean staleOnRefusal;
    private final LongSupplier nanos;
    private final Drops drops = new Drops();
    private final Flights<Flight, Given> flights = new Flights<>();

    private final Cache<Target, Page> first = pages();
    private final Cache<Target, Page> chosen = pages();

    // In one segment, or a page of 4 MiB and more would not fit its share.
    private static Cache<Target, Page> pages() {
        return CacheBuilder.newBuilder()
                .concurrencyLevel(1)
                .maximumWeight(LARGEST)
                .weigher((Target target, Page page) -> page.answer.body().length + OVERHEAD)
                .build();
    }

    private Cache<Target, Page> pages(Target target) {
        return target.render().indexOf('?') < 0 ? first : chosen;
    }

    /** Who comes after a push does not wait for an answer from before it. */
    private record Flight(Target target, long drops) {}

    private record Page(Answer answer, long checked) {}

    KeptLists(AskedUpstream upstream, Duration ttl, boolean staleOnRefusal, LongSupplier nanos) {
        this.upstream = upstream;
        this.ttl = ttl;
        this.staleOnRefusal = staleOnRefusal;
        this.nanos = nanos;
    }

    Given answer(Question question) throws IOException {
        Target target = question.request().target();
        Optional<Given> fresh = fresh(target);
        if (fresh.isPresent()) {
            return fresh.get();
        }
        Flight flight = new Flight(target, drops.of(repository(target)));
        return Given.of(flights.join(flight, () -> {
            Optional<Given> meanwhile = fresh(target);
            return meanwhile.isPresent() ? meanwhile.get() : asked(question, flight);
        }));
    }

    private Optional<Given> fresh(Target target) {
        return Optional.ofNullable(pages(target).getIfPresent(target))
                .filter(page -> nanos.getAsLong() - page.checked < ttl.toNanos())
                .map(page -> new Given(page.answer, CacheState.HIT));
    }

    private static RepositoryName repository(Target target) {
        return ((InRepository) target.operation()).repository();
    }

    private Given asked(Question question, Flight flight) throws IOException {
        Target target = flight.target();
        Optional<Answer> fallback =
                Optional.ofNullable(pages(target).getIfPresent(target)).map(Page::answer);
        if (fallback.isPresent() && upstream.isAway()) {
            upstream.probe(question);
            return Given.stale(fallback.get());
        }
        try {
            return settled(
                    question,
                    flight,
                    fallback.isPresent() ? upstream.askBriefly(question) : upstream.ask(question),
                    fallback);
        } catch (IOException e) {
            if (fallback.isEmpty() || Breaker.isInterrupt(e)) {
                throw e;
            }
            return Given.stale(fallback.get());
        }
    }

    private Given settled(Question question, Flight flight, Answer answer, Optional<Answer> fallback) {
        Target target = flight.target();
        if (fallback.isPresent() && upstream.mayBeStale(question, answer, staleOnRefusal)) {
            return Given.stale(fallback.get());
        }
        if (answer.status() == 200) {
            pages(target).put(target, new Page(answer, nanos.getAsLong()));
            if (drops.of(repository(target)) != flight.drops()) {
                pages(target).invalidate(target);
            }
        } else if (answer.status() == 404) {
            pages(target).invalidate(target);
        }
        return new Given(answer, answer.status() == 200 ? CacheState.MISS : CacheState.BYPASS);
    }

    /** Forgets the pages of a repository that was written to. */
    void drop(RepositoryName repository) {
        drops.count(repository);
        first.asMap().keySet().removeIf(target -> repository(target).equals(repository));
        chosen.asMap().keySet().removeIf(target -> repository(target).equals(repository));
    }
}
