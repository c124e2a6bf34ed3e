package io.github.registryproxy.benchmarks;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Operation.PullManifest;
import java.util.concurrent.atomic.AtomicInteger;

/** The registry at the end of the chain: it has the sample, and costs next to nothing. */
final class RegistryInMemory implements RegistryHandler {
    private static final Headers MANIFEST =
            headers(MediaType.OCI_MANIFEST, Sample.MANIFEST_DIGEST, Sample.MANIFEST.length);
    private static final Headers BLOB = headers(MediaType.OCTET_STREAM, Sample.BLOB_DIGEST, Sample.BLOB.length);

    private final AtomicInteger requests = new AtomicInteger();

    @Override
    public RegistryResponse handle(RegistryRequest request) {
        requests.incrementAndGet();
        if (request.operation() instanceof PullManifest) {
            return answer(request, MANIFEST, Sample.MANIFEST);
        }
        if (request.operation() instanceof PullBlob) {
            return answer(request, BLOB, Sample.BLOB);
        }
        return RegistryResponse.of(ErrorCode.NAME_UNKNOWN.because("repository name not known to registry"));
    }

    /** How often it was asked. */
    int requests() {
        return requests.get();
    }

    private static RegistryResponse answer(RegistryRequest request, Headers headers, byte[] content) {
        return RegistryResponse.of(200, headers, request.isHead() ? Body.empty() : Body.of(content));
    }

    private static Headers headers(MediaType type, Digest digest, int length) {
        return Headers.of(
                HeaderNames.CONTENT_TYPE,
                type.value(),
                HeaderNames.CONTENT_LENGTH,
                Integer.toString(length),
                HeaderNames.DOCKER_CONTENT_DIGEST,
                digest.toString());
    }
}
