package io.github.registryproxy.cache;

import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.cache.KnownTags.Stored;
import java.io.IOException;
import java.util.Optional;

/**
 * Manifests by tag: within the TTL from the store, after it once the upstream has said by HEAD that the tag stands for the same,
 * and from the store as well when the upstream cannot say.
 */
final class ManifestsByTag {
    private final KnownTags tags;
    private final AskedUpstream upstream;
    private final boolean staleOnRefusal;
    private final Representations representations;
    private final Flights<Flight, Given> flights = new Flights<>();

    /** Who comes after a push does not wait for an answer from before it. */
    private record Flight(TagView view, boolean head, KnownTags.Before drops) {}

    ManifestsByTag(KnownTags tags, AskedUpstream upstream, boolean staleOnRefusal, Representations representations) {
        this.representations = representations;
        this.tags = tags;
        this.upstream = upstream;
        this.staleOnRefusal = staleOnRefusal;
    }

    Given answer(Question question, KeptTags.Name name) throws IOException {
        TagView view = new TagView(name, representations.of(question.request()).name(), question.credential());
        Optional<Answer> fresh = tags.fresh(question, view);
        if (fresh.isPresent()) {
            return new Given(fresh.get(), CacheState.HIT);
        }
        Flight flight = new Flight(view, question.request().isHead(), tags.drops(view));
        return Given.of(flights.join(flight, () -> {
            Optional<Answer> meanwhile = tags.fresh(question, view);
            return meanwhile.isPresent() ? new Given(meanwhile.get(), CacheState.HIT) : asked(question, view);
        }));
    }

    private Given asked(Question question, TagView view) throws IOException {
        KnownTags.Before drops = tags.drops(view);
        Optional<Stored> stored = tags.stored(question, view);
        Optional<Answer> fallback = stored.flatMap(Stored::unasked);
        if (fallback.isPresent() && upstream.isAway()) {
            upstream.probe(question);
            return Given.stale(fallback.get());
        }
        try {
            Optional<Given> settled =
                    stored.isPresent() ? askedByHead(question, view, stored.get(), drops) : Optional.empty();
            return settled.isPresent()
                    ? settled.get()
                    : settled(question, view, ask(question, fallback), fallback, drops);
        } catch (IOException e) {
            if (fallback.isEmpty() || Breaker.isInterrupt(e)) {
                throw e;
            }
            return Given.stale(fallback.get());
        }
    }

    private Answer ask(Question question, Optional<Answer> fallback) throws IOException {
        return fallback.isPresent() ? upstream.askBriefly(question) : upstream.ask(question);
    }

    /** Empty where the whole document must be asked for; that a registry knows no HEAD is no reason to forget a tag. */
    private Optional<Given> askedByHead(Question question, TagView view, Stored stored, KnownTags.Before drops)
            throws IOException {
        if (stored.answer().isEmpty()) {
            return Optional.empty();
        }
        Answer head = ask(question.as("HEAD"), stored.unasked());
        if (head.status() == 200 && head.digest().equals(Optional.of(stored.digest()))) {
            tags.renew(view, stored, stored.answer().get(), drops);
            return Optional.of(new Given(stored.answer().get(), CacheState.REVALIDATED));
        }
        boolean inconclusive = head.status() == 200 || head.status() == 404 || head.status() == 405;
        return inconclusive && !question.request().isHead()
                ? Optional.empty()
                : Optional.of(settled(question, view, head, stored.unasked(), drops));
    }

    private Given settled(
            Question question, TagView view, Answer answer, Optional<Answer> fallback, KnownTags.Before drops) {
        if (fallback.isPresent() && upstream.mayBeStale(answer, staleOnRefusal)) {
            return Given.stale(fallback.get());
        }
        if (answer.status() == 404) {
            tags.forget(question, view, answer, fallback.isPresent(), drops);
            return new Given(answer, CacheState.MISS);
        }
        boolean kept = answer.status() == 200 && tags.keep(question, view, answer, drops);
        return new Given(answer, kept ? CacheState.MISS : CacheState.BYPASS);
    }
}
