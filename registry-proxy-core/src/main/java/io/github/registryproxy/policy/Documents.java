package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.ListReferrers;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a policy reads by itself to decide about a request: with the rights of whoever made it, each document capped. What is not
 * there is empty; what cannot be had now is UNAVAILABLE (503), since a decision without it would be a guess.
 */
final class Documents {
    static final int LARGEST_MANIFEST = 4 * 1024 * 1024;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final String MANIFESTS = String.join(
            ", ",
            List.of(
                    "application/vnd.oci.image.index.v1+json",
                    "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.docker.distribution.manifest.list.v2+json",
                    "application/vnd.docker.distribution.manifest.v2+json",
                    "*/*;q=0.1"));

    private final RegistryRequest request;
    private final RegistryHandler next;
    private final RepositoryName repository;

    Documents(RegistryRequest request, RegistryHandler next, RepositoryName repository) {
        this.request = request;
        this.next = next;
        this.repository = repository;
    }

    RepositoryName repository() {
        return repository;
    }

    Optional<byte[]> manifest(Reference reference) throws IOException {
        return checked(get(new PullManifest(repository, reference), MANIFESTS, LARGEST_MANIFEST), reference);
    }

    /** A small blob, such as a config or a payload. */
    Optional<byte[]> blob(Digest digest, int limit) throws IOException {
        return checked(get(new PullBlob(repository, digest), "*/*", limit), digest);
    }

    /** The index of what refers to that manifest; empty where the registry has no such list. */
    Optional<byte[]> referrers(Digest subject) throws IOException {
        return get(new ListReferrers(repository, subject, Optional.empty()), "*/*", LARGEST_MANIFEST);
    }

    /** What is larger than anything of its kind is none. */
    private static Optional<byte[]> read(Body body, int limit) throws IOException {
        try {
            return Optional.of(body.readAll(limit));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> checked(Optional<byte[]> content, Reference reference) {
        return content.filter(bytes -> !(reference instanceof Digest digest) || digest.matches(bytes));
    }

    private Optional<byte[]> get(Operation operation, String accept, int limit) throws IOException {
        RegistryRequest question = request.withMethod("GET")
                .with(operation)
                .withBody(Body.empty())
                .withHeaders(headers -> headers.without(
                                HeaderNames.RANGE,
                                HeaderNames.IF_RANGE,
                                HeaderNames.IF_MATCH,
                                HeaderNames.IF_NONE_MATCH)
                        .with(HeaderNames.ACCEPT, accept))
                .with(RegistryRequest.READ_HERE, true);
        try (RegistryResponse response = next.handle(question)) {
            return switch (response.status()) {
                case 200 -> read(response.body(), limit);
                case 404 -> Optional.empty();
                default ->
                    throw ErrorCode.UNAVAILABLE
                            .because("what this pull depends on cannot be checked now")
                            .withStatus(503)
                            .withRetryAfter(RETRY_AFTER)
                            .asException();
            };
        }
    }
}
