package io.github.registryproxy.upstream;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * Reads manifests whole, up to a cap, and lets them pass byte for byte when they are what was asked for: by digest, they hash
 * to it; by tag, they hash to what the registry says. A missing digest is computed; a type that contradicts the document
 * gives way to it.
 */
final class VerifyManifests implements Middleware {
    private static final Logger LOG = System.getLogger(VerifyManifests.class.getName());
    private static final int MOST_TRIES = 2;

    private final int largest;
    private final Cache<Seen, Digest> seen =
            CacheBuilder.newBuilder().maximumSize(10_000).build();

    /** With the cap in bytes. */
    VerifyManifests(int largest) {
        this.largest = largest;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        if (!(request.operation() instanceof PullManifest pull)) {
            return next.handle(request);
        }
        if (!request.isHead()) {
            return get(request, next, pull);
        }
        RegistryResponse response = next.handle(request);
        boolean unknown = response.status() == 405 || response.status() == 501;
        if (unknown || (response.status() == 200 && !isReliable(request, pull, response))) {
            return computed(request, next, pull, response);
        }
        return response.status() == 200 ? described(response, pull) : response;
    }

    /** A HEAD must say digest, length and type; where the registry leaves one out, its GET knows. */
    private RegistryResponse computed(
            RegistryRequest head, RegistryHandler next, PullManifest pull, RegistryResponse poor) throws IOException {
        poor.close();
        try (RegistryResponse got = get(head.withMethod("GET"), next, pull)) {
            Headers headers = got.body().length().isPresent()
                    ? got.headers()
                            .with(
                                    HeaderNames.CONTENT_LENGTH,
                                    Long.toString(got.body().length().getAsLong()))
                    : got.headers();
            return RegistryResponse.of(got.status(), headers, Body.empty());
        }
    }

    /** Whether it tells all, and nothing else than the last GET: where the two disagree, another GET decides. */
    private boolean isReliable(RegistryRequest request, PullManifest pull, RegistryResponse head) {
        boolean complete =
                head.headers().contentLength().isPresent() && head.headers().contains(HeaderNames.CONTENT_TYPE);
        if (pull.reference() instanceof Digest || !complete) {
            return complete;
        }
        Optional<Digest> claimed = ManifestCheck.claimed(head.headers());
        Digest last = seen.getIfPresent(Seen.by(request));
        return claimed.isPresent() && (last == null || last.equals(claimed.get()));
    }

    private static Digest digest(RegistryResponse verified) {
        return ManifestCheck.claimed(verified.headers()).orElseThrow();
    }

    /** What a tag stood for, by everything that decides what a registry answers. */
    private record Seen(Operation operation, List<String> accept) {
        static Seen by(RegistryRequest request) {
            return new Seen(request.operation(), request.headers().all(HeaderNames.ACCEPT));
        }
    }

    private static RegistryResponse described(RegistryResponse head, PullManifest pull) throws IOException {
        MediaType type = ManifestCheck.typeOf(head.headers());
        if (type.value().startsWith("text/")) {
            head.close();
            throw new IOException("a manifest of type " + type);
        }
        return head.mapHeaders(headers -> {
            Headers typed = headers.with(
                    HeaderNames.CONTENT_TYPE, ManifestCheck.safe(type).value());
            return pull.reference() instanceof Digest digest
                    ? typed.with(HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString())
                    : typed;
        });
    }

    private RegistryResponse get(RegistryRequest request, RegistryHandler next, PullManifest pull) throws IOException {
        for (int tries = 1; ; tries++) {
            try (RegistryResponse response = next.handle(request)) {
                if (response.status() != 200) {
                    return passing(response);
                }
                Optional<byte[]> content = content(response, tries == MOST_TRIES);
                if (content.isPresent()) {
                    RegistryResponse verified =
                            ManifestCheck.verified(response.headers(), content.get(), pull.reference());
                    if (pull.reference() instanceof Tag) {
                        seen.put(Seen.by(request), digest(verified));
                    }
                    return verified;
                }
            }
        }
    }

    /** The document; empty where it broke off and may be asked for again. */
    private Optional<byte[]> content(RegistryResponse response, boolean last) throws IOException {
        ContentCoding.refuse(response.headers());
        try {
            return Optional.of(Documents.read(response, largest, "manifest"));
        } catch (Documents.TooLargeException | InterruptedIOException | UpstreamTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (last) {
                throw e;
            }
            LOG.log(Level.WARNING, "UPSTREAM manifest broke off, asking again: {0}", e.toString());
            return Optional.empty();
        }
    }

    /** What is no manifest has an error document or nothing; it is read here, since its response ends here. */
    private static RegistryResponse passing(RegistryResponse response) throws IOException {
        boolean document = response.status() >= 400;
        byte[] content = document ? UpstreamErrors.read(response) : new byte[0];
        return RegistryResponse.of(response.status(), response.headers(), Body.of(content));
    }
}
