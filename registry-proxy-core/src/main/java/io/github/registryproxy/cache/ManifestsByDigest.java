package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.util.Optional;

/** Manifests by digest: what a repository has shown once is served from the store for as long as it is there. */
final class ManifestsByDigest {
    private final KeptManifests manifests;
    private final AskedUpstream upstream;
    private final ManifestAccess access;
    private final Flights<Flight, Given> flights = new Flights<>();

    /** Who comes after a deletion does not wait for an answer from before it. */
    private record Flight(
            String method,
            RepositoryName repository,
            Digest digest,
            String identity,
            AcceptedTypes types,
            long drops) {}

    ManifestsByDigest(KeptManifests manifests, AskedUpstream upstream, ManifestAccess access) {
        this.manifests = manifests;
        this.upstream = upstream;
        this.access = access;
    }

    Given answer(Question question, RepositoryName repository, Digest digest) throws IOException {
        RegistryRequest request = question.request();
        long drops = manifests.drops(repository);
        Optional<KeptManifest> kept = manifests.find(repository, digest);
        if (kept.isPresent() && !question.wanted().acceptable().takes(kept.get().type())) {
            return new Given(upstream.ask(question), CacheState.BYPASS);
        }
        if (kept.isPresent()) {
            Optional<Answer> stored = stored(request, digest, kept.get());
            if (stored.isPresent()) {
                boolean mayRead = access.mayRead(
                        question.caller(), repository, digest, kept.get().forAll());
                return mayRead
                        ? new Given(stored.get(), CacheState.HIT)
                        : rechecked(question, repository, digest, kept.get(), stored.get(), drops);
            }
        }
        Flight flight = new Flight(
                request.method(),
                repository,
                digest,
                question.caller().identity(),
                question.wanted().types(),
                drops);
        return Given.of(flights.join(flight, () -> fetched(question, repository, digest, drops)));
    }

    private Optional<Answer> stored(RegistryRequest request, Digest digest, KeptManifest kept) {
        if (request.isHead()) {
            return manifests.hasContent(digest)
                    ? Optional.of(Answer.of(digest, kept.type(), kept.size()))
                    : Optional.empty();
        }
        return manifests.answer(digest, kept.type());
    }

    private Given rechecked(
            Question question, RepositoryName repository, Digest digest, KeptManifest kept, Answer stored, long drops)
            throws IOException {
        boolean whileAway = access.mayReadWhileAway(question.caller(), repository, digest, kept.forAll());
        Answer said;
        try {
            said = upstream.ask(question.as("HEAD"));
        } catch (IOException e) {
            if (whileAway && !Breaker.isInterrupt(e)) {
                return Given.stale(stored);
            }
            throw e;
        }
        if (said.status() != 200) {
            return whileAway && AskedUpstream.cannotSay(said.status())
                    ? Given.stale(stored)
                    : new Given(said, CacheState.BYPASS);
        }
        access.grant(question, repository, digest, drops);
        return new Given(stored, CacheState.REVALIDATED);
    }

    private Given fetched(Question question, RepositoryName repository, Digest digest, long drops) throws IOException {
        Answer answer = upstream.ask(question);
        boolean document = answer.status() == 200 && !question.request().isHead();
        boolean kept = document
                && manifests.keep(repository, digest, answer, question.caller().speaksForAll(), drops);
        if (kept) {
            access.grant(question, repository, digest, drops);
        }
        return new Given(answer, kept ? CacheState.MISS : CacheState.BYPASS);
    }
}
