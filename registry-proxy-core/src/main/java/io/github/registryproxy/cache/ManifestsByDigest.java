package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.cache.AskedUpstream.Question;
import io.github.registryproxy.cache.Representations.Representation;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.util.Optional;

/** Manifests by digest: what a repository has shown once is served from the store for as long as it is there. */
final class ManifestsByDigest {
    private final KeptManifests manifests;
    private final AskedUpstream upstream;
    private final Readers readers;
    private final Representations representations;
    private final Flights<Flight, Given> flights = new Flights<>();

    /** Who comes after a deletion does not wait for an answer from before it. */
    private record Flight(
            String method, RepositoryName repository, Digest digest, String credential, String shape, long drops) {}

    ManifestsByDigest(
            KeptManifests manifests, AskedUpstream upstream, Readers readers, Representations representations) {
        this.representations = representations;
        this.manifests = manifests;
        this.upstream = upstream;
        this.readers = readers;
    }

    Given answer(Question question, RepositoryName repository, Digest digest) throws IOException {
        RegistryRequest request = question.request();
        long drops = manifests.drops(repository);
        Optional<KeptManifest> kept = manifests.find(repository, digest);
        Representation wanted = representations.of(request);
        if (kept.isPresent() && !wanted.acceptable().takes(kept.get().type())) {
            return new Given(upstream.ask(question), CacheState.BYPASS);
        }
        if (kept.isPresent()) {
            boolean mayRead = readers.mayRead(question.credential(), kept.get());
            Optional<Answer> stored = stored(request, digest, kept.get());
            if (stored.isPresent()) {
                return mayRead
                        ? new Given(stored.get(), CacheState.HIT)
                        : rechecked(question, repository, digest, stored.get(), drops);
            }
        }
        Flight flight = new Flight(request.method(), repository, digest, question.credential(), wanted.name(), drops);
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

    private Given rechecked(Question question, RepositoryName repository, Digest digest, Answer stored, long drops)
            throws IOException {
        Answer said = upstream.ask(question.as("HEAD"));
        if (said.status() != 200) {
            return new Given(said, CacheState.BYPASS);
        }
        if (readers.remembers()) {
            manifests.remember(repository, digest, question.credential(), drops);
        }
        return new Given(stored, CacheState.REVALIDATED);
    }

    private Given fetched(Question question, RepositoryName repository, Digest digest, long drops) throws IOException {
        Answer answer = upstream.ask(question);
        boolean document = answer.status() == 200 && !question.request().isHead();
        boolean kept = document
                && manifests.keep(
                        repository,
                        digest,
                        answer,
                        Optional.of(question.credential()).filter(credential -> readers.remembers()),
                        drops);
        return new Given(answer, kept ? CacheState.MISS : CacheState.BYPASS);
    }
}
