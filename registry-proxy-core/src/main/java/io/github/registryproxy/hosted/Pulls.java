package io.github.registryproxy.hosted;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.VerifiedContent;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.Operation.PullManifest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.store.BlobAnswer;
import io.github.registryproxy.store.StoredContent;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Answers end-2 and end-3: "Pulling manifests", "Pulling blobs", "Checking if content exists in the registry". */
final class Pulls {
    private static final Logger LOG = System.getLogger(Pulls.class.getName());

    private final HostedStore store;

    Pulls(HostedStore store) {
        this.store = store;
    }

    RegistryResponse manifest(RegistryRequest request, PullManifest pull) throws IOException {
        Repository repository = store.repository(pull.repository()).orElseThrow(HostedRegistry::unknownName);
        Digest digest = repository.resolve(pull.reference()).orElseThrow(Pulls::unknownManifest);
        StoredManifest manifest = repository.manifests().get(digest);
        if (manifest == null) {
            throw unknownManifest(); // deleted this moment
        }
        Headers headers = Headers.of(
                HeaderNames.DOCKER_CONTENT_DIGEST, digest.toString(), HeaderNames.ETAG, BlobAnswer.etag(digest));
        if (BlobAnswer.isNotModified(request, digest)) {
            return RegistryResponse.of(304, headers, Body.empty());
        }
        Optional<byte[]> document = store.document(digest);
        if (document.isEmpty()) {
            if (repository.manifests().containsKey(digest)) {
                LOG.log(
                        Level.ERROR,
                        "the manifest {0} of {1} is lost or damaged: push it again",
                        digest,
                        pull.repository());
            }
            throw unknownManifest();
        }
        Body body = VerifiedContent.vouched(digest, Body.of(document.get()));
        return HostedRegistry.document(request, manifest.type(), body).mapHeaders(of -> of.and(headers));
    }

    RegistryResponse blob(RegistryRequest request, PullBlob pull) throws IOException {
        Repository repository = store.repository(pull.repository()).orElseThrow(HostedRegistry::unknownName);
        Digest digest = pull.digest();
        if (repository.use(digest, store.now()).isEmpty()) {
            throw unknownBlob();
        }
        Optional<StoredContent> found = store.content().open(digest);
        if (found.isEmpty()) {
            LOG.log(Level.ERROR, "the blob {0} of {1} is lost or damaged: push it again", digest, pull.repository());
            throw unknownBlob();
        }
        StoredContent content = found.get();
        try {
            RegistryResponse answer = new BlobAnswer(request, digest, content.size())
                    .with((offset, length) -> length == content.size()
                            ? VerifiedContent.vouched(digest, content.body(offset, length))
                            : content.body(offset, length));
            return RegistryResponse.of(
                    answer.status(), answer.headers(), answer.body().closing(content));
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private static RegistryException unknownManifest() {
        return ErrorCode.MANIFEST_UNKNOWN
                .because("manifest unknown to registry")
                .asException();
    }

    static RegistryException unknownBlob() {
        return ErrorCode.BLOB_UNKNOWN.because("blob unknown to registry").asException();
    }
}
