package io.github.registryproxy.cache;

import com.google.common.cache.Cache;
import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.util.Optional;

/**
 * Manifests by tag: within the TTL from the store, after it once the upstream has said by HEAD that the tag stands for the same,
 * and from the store as well when the upstream cannot say.
 */
final class ManifestsByTag {
    private final KeptTags tags;
    private final KeptManifests manifests;
    private final AskedUpstream upstream;
    private final Readers readers;
    private final Freshness freshness;
    private final Cache<View, Answer> missing;
    private final boolean staleOnRefusal;
    private final Flights<Flight, Given> flights = new Flights<>();

    /** Everything that decides what a tag stands for. */
    record View(KeptTags.Name name, String representation, String credential) {
        Shown shown() {
            return new Shown(name, representation);
        }
    }

    private record Shown(KeptTags.Name name, String representation) {}

    private record Flight(View view, boolean head) {}

    /** What the store can say: an answer, where it has one, and whether this caller may have it unasked. */
    private record Stored(Digest digest, Optional<Answer> answer, boolean mayRead) {
        Optional<Answer> unasked() {
            return mayRead ? answer : Optional.empty();
        }
    }

    ManifestsByTag(
            KeptTags tags,
            KeptManifests manifests,
            AskedUpstream upstream,
            Readers readers,
            Freshness freshness,
            Cache<View, Answer> missing,
            boolean staleOnRefusal) {
        this.tags = tags;
        this.manifests = manifests;
        this.upstream = upstream;
        this.readers = readers;
        this.freshness = freshness;
        this.missing = missing;
        this.staleOnRefusal = staleOnRefusal;
    }

    Given answer(Question question, KeptTags.Name name) throws IOException {
        View view = new View(name, Acceptable.representation(question.request()), question.credential());
        Optional<Given> known = known(question, view);
        if (known.isPresent()) {
            return known.get();
        }
        Flight flight = new Flight(view, question.request().isHead());
        return Given.of(flights.join(flight, () -> {
            Optional<Given> meanwhile = known(question, view);
            return meanwhile.isPresent() ? meanwhile.get() : asked(question, view);
        }));
    }

    private Optional<Given> known(Question question, View view) {
        Answer none = missing.getIfPresent(view);
        Optional<Answer> answer = none != null
                ? Optional.of(none)
                : tags.find(view.name(), view.representation())
                        .filter(tag -> freshness.isFresh(view.shown(), tag.checked()))
                        .flatMap(tag -> stored(question, view, tag).unasked());
        return answer.map(found -> new Given(found, CacheState.HIT));
    }

    private Stored stored(Question question, View view, KeptTag tag) {
        Optional<KeptManifest> manifest = manifests.find(view.name().repository(), tag.digest());
        boolean mayRead = readers.all() || (manifest.isPresent() && readers.mayRead(view.credential(), manifest.get()));
        Optional<Answer> answer = question.request().isHead()
                ? Optional.of(manifest.map(known -> Answer.of(tag.digest(), known.type(), known.size()))
                        .orElseGet(() -> Answer.of(tag.digest(), tag.type(), tag.size())))
                : manifest.flatMap(known ->
                        manifests.content(tag.digest()).map(content -> Answer.of(tag.digest(), known.type(), content)));
        return new Stored(tag.digest(), answer, mayRead);
    }

    private Given asked(Question question, View view) throws IOException {
        long drops = tags.drops(view.name());
        Optional<Stored> stored = tags.find(view.name(), view.representation()).map(tag -> stored(question, view, tag));
        Optional<Answer> fallback = stored.flatMap(Stored::unasked);
        if (fallback.isPresent() && upstream.isAway()) {
            upstream.probe(question);
            return Given.stale(fallback.get());
        }
        try {
            Optional<Given> settled = stored.isPresent()
                            && stored.get().answer().isPresent()
                    ? askedByHead(
                            question, view, stored.get(), stored.get().answer().get(), drops)
                    : Optional.empty();
            return settled.isPresent()
                    ? settled.get()
                    : settled(question, view, upstream.ask(question), fallback, drops);
        } catch (IOException e) {
            if (fallback.isEmpty() || Breaker.isInterrupt(e)) {
                throw e;
            }
            return Given.stale(fallback.get());
        }
    }

    /** Empty where the whole document must be asked for; that a registry knows no HEAD is no reason to forget a tag. */
    private Optional<Given> askedByHead(Question question, View view, Stored stored, Answer answer, long drops)
            throws IOException {
        Answer head = upstream.ask(question.as("HEAD"));
        if (head.status() == 200 && head.digest().equals(Optional.of(stored.digest()))) {
            return Optional.of(revalidated(view, stored.digest(), answer, head, drops));
        }
        boolean inconclusive = head.status() == 200 || head.status() == 404 || head.status() == 405;
        return inconclusive && !question.request().isHead()
                ? Optional.empty()
                : Optional.of(settled(question, view, head, stored.unasked(), drops));
    }

    private Given revalidated(View view, Digest digest, Answer answer, Answer head, long drops) {
        keep(view, digest, head, drops);
        if (readers.remembers()) {
            manifests.remember(view.name().repository(), digest, view.credential());
        }
        return new Given(answer, CacheState.REVALIDATED);
    }

    private Given settled(Question question, View view, Answer answer, Optional<Answer> fallback, long drops) {
        if (fallback.isPresent()
                && (AskedUpstream.failed(answer) || (staleOnRefusal && AskedUpstream.refused(answer)))) {
            return Given.stale(fallback.get());
        }
        if (answer.status() == 404) {
            notFound(view, answer, readers.all() || fallback.isPresent(), drops);
        }
        boolean kept = answer.status() == 200 && kept(question, view, answer, drops);
        return new Given(answer, answer.status() == 200 && !kept ? CacheState.BYPASS : CacheState.MISS);
    }

    private void notFound(View view, Answer answer, boolean forget, long drops) {
        tags.unlessDropped(view.name(), drops, () -> {
            missing.put(view, answer);
            return true;
        });
        if (forget) {
            tags.remove(view.name(), view.representation());
        }
    }

    private boolean kept(Question question, View view, Answer answer, long drops) {
        Optional<Digest> digest = answer.digest();
        if (digest.isEmpty() || answer.type().value().isEmpty() || answer.size().isEmpty()) {
            return false;
        }
        Optional<String> reader = Optional.of(view.credential()).filter(credential -> readers.remembers());
        boolean described =
                question.request().isHead() || manifests.keep(view.name().repository(), digest.get(), answer, reader);
        return described && keep(view, digest.get(), answer, drops);
    }

    private boolean keep(View view, Digest digest, Answer answer, long drops) {
        long checked = freshness.checked(view.shown());
        KeptTag tag = new KeptTag(
                view.representation(), digest, answer.type(), answer.size().orElse(0), checked);
        return tags.put(view.name(), tag, drops);
    }
}
