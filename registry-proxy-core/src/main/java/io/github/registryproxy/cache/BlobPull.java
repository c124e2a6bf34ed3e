package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation.PullBlob;
import io.github.registryproxy.protocol.RepositoryName;

/**
 * One request for a blob.
 *
 * @param next the upstream, which ends the caller's rights when it refuses
 */
record BlobPull(RegistryRequest request, PullBlob operation, RegistryHandler next, Caller caller) {
    RepositoryName repository() {
        return operation.repository();
    }

    Digest digest() {
        return operation.digest();
    }

    /** The same caller's pull of the same blob, by another request. */
    BlobPull asking(RegistryRequest other) {
        return new BlobPull(other, operation, next, caller);
    }

    /** Whether an answer of the upstream to the other request is one to this request as well. */
    boolean isServedLike(BlobPull other) {
        return operation.equals(other.operation) && caller.isServedLike(other.caller);
    }
}
