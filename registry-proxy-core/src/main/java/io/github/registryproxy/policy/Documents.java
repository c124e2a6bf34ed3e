package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
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
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;

/**
 * What a policy reads by itself to decide about a request: with the rights of whoever made it, each document capped. What is not
 * there is empty; what this client may not have, or not now, is refused in the registry's words, so that it can log in; what
 * cannot be had at all is UNAVAILABLE (503), since a decision without it would be a guess.
 */
final class Documents {
    static final int LARGEST_MANIFEST = 4 * 1024 * 1024;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private final Resolving registry;
    private final RepositoryName repository;

    Documents(RegistryRequest request, RegistryHandler next, RepositoryName repository) {
        this.registry = new Resolving(request.with(RegistryRequest.READ_HERE, true), next, System::nanoTime);
        this.repository = repository;
    }

    RepositoryName repository() {
        return repository;
    }

    Optional<byte[]> manifest(Reference reference) throws IOException, RefusedException {
        return checked(get(new PullManifest(repository, reference), LARGEST_MANIFEST), reference);
    }

    /** A small blob, such as a config or a payload. */
    Optional<byte[]> blob(Digest digest, int limit) throws IOException, RefusedException {
        return checked(get(new PullBlob(repository, digest), limit), digest);
    }

    /** The beginning of a blob, once all of it was read and verified; empty where the blob is missing, wrong, or too large. */
    Optional<FirstBlock> firstBlock(Digest digest, long limit) throws IOException, RefusedException {
        try (RegistryResponse response = registry.ask("GET", new PullBlob(repository, digest))) {
            if (!isFound(response)) {
                return Optional.empty();
            }
            try (InputStream content = response.body().open()) {
                return firstBlock(digest, content, limit);
            }
        }
    }

    private static Optional<FirstBlock> firstBlock(Digest digest, InputStream content, long limit) throws IOException {
        MessageDigest hash = digest.algorithm().start();
        byte[] first = content.readNBytes(FirstBlock.SIZE);
        hash.update(first);
        long read = first.length;
        byte[] buffer = new byte[16 * 1024];
        for (int n = content.read(buffer); n >= 0 && read <= limit; n = content.read(buffer)) {
            hash.update(buffer, 0, n);
            read += n;
        }
        boolean whole = read <= limit && Digest.of(digest.algorithm(), hash).equals(digest);
        return whole ? Optional.of(new FirstBlock(first)) : Optional.empty();
    }

    /** The index of what refers to that manifest; empty where the registry has no such list. */
    Optional<byte[]> referrers(Digest subject) throws IOException, RefusedException {
        return get(new ListReferrers(repository, subject, Optional.empty()), LARGEST_MANIFEST);
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

    private Optional<byte[]> get(Operation operation, int limit) throws IOException, RefusedException {
        try (RegistryResponse response = registry.ask("GET", operation)) {
            return isFound(response) ? read(response.body(), limit) : Optional.empty();
        }
    }

    /** Whether there is content; what says neither yes nor no is thrown. */
    private static boolean isFound(RegistryResponse response) throws RefusedException {
        return switch (response.status()) {
            case 200 -> true;
            case 404 -> false;
            case 401, 403, 429 -> throw RefusedException.of(response);
            default ->
                throw ErrorCode.UNAVAILABLE
                        .because("what this pull depends on cannot be checked now")
                        .withStatus(503)
                        .withRetryAfter(RETRY_AFTER)
                        .asException();
        };
    }
}
