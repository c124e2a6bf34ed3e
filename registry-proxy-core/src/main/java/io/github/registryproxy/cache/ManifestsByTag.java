package io.github.registryproxy.cache;

import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Digest;
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
    private final Flights<Flight, Given> flights = new Flights<>();

    /** Who comes after a push does not wait for an answer from before it. */
    private record Flight(TagView view, boolean head, KnownTags.Before drops) {}

    ManifestsByTag(KnownTags tags, AskedUpstream upstream, boolean staleOnRefusal) {
        this.tags = tags;
        this.upstream = upstream;
        this.staleOnRefusal = staleOnRefusal;
    }

    Given answer(Question question, KeptTags.Name name) throws IOException {
        TagView view =
                new TagView(name, question.wanted().types(), question.caller().identity());
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
        TagAnswers kept = tags.kept(question, view);
        Optional<Answer> fallback = kept.fallback();
        if (fallback.isPresent() && upstream.isAway()) {
            upstream.probe(question);
            return Given.stale(fallback.get());
        }
        try {
            Optional<Given> settled = askedByHead(question, view, kept, fallback, drops);
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

    /**
     * Asks by HEAD, which costs less and counts for less, whether the tag stands for a document that is kept. Empty where the whole
     * must be asked for; that a registry knows no HEAD is no reason to forget a tag.
     */
    private Optional<Given> askedByHead(
            Question question, TagView view, TagAnswers kept, Optional<Answer> fallback, KnownTags.Before drops)
            throws IOException {
        if (!kept.hasDocument()) {
            return Optional.empty();
        }
        Answer head = ask(question.as("HEAD"), fallback);
        Optional<Digest> digest = head.digest();
        Optional<Answer> document =
                head.status() == 200 && digest.isPresent() ? kept.document(digest.get()) : Optional.empty();
        if (document.isPresent()) {
            tags.renew(question, view, digest.get(), document.get(), drops);
            return Optional.of(new Given(document.get(), CacheState.REVALIDATED));
        }
        boolean inconclusive = head.status() == 200 || head.status() == 404 || head.status() == 405;
        return inconclusive && !question.request().isHead()
                ? Optional.empty()
                : Optional.of(settled(question, view, head, fallback, drops));
    }

    private Given settled(
            Question question, TagView view, Answer answer, Optional<Answer> fallback, KnownTags.Before drops) {
        if (fallback.isPresent() && upstream.mayBeStale(question, answer, staleOnRefusal)) {
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
