package io.github.registryproxy.hosted;

import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.hosted.Change.BlobUnlinked;
import io.github.registryproxy.hosted.Change.ManifestDeleted;
import io.github.registryproxy.hosted.Change.TagDeleted;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Operation.DeleteBlob;
import io.github.registryproxy.protocol.Operation.DeleteManifest;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers end-9 and end-10: "Deleting tags", "Deleting Manifests", "Deleting Blobs". What a manifest still names is not deleted:
 * UNSUPPORTED, 405, with the manifest; nor is what an immutable tag leads to: DENIED, 403. Content goes with the next collections.
 */
final class Deletions {
    private final HostedStore store;
    private final Storing storing;
    private final boolean allowed;
    private final boolean sparse;
    private final ImmutableTags immutable;

    Deletions(HostedStore store, Storing storing, boolean allowed, MissingContent missing, ImmutableTags immutable) {
        this.store = store;
        this.storing = storing;
        this.allowed = allowed;
        this.sparse = missing != MissingContent.REFUSED;
        this.immutable = immutable;
    }

    RegistryResponse manifest(DeleteManifest delete) throws IOException {
        checkAllowed(delete.repository());
        return storing.write(() -> store.change(delete.repository(), repository -> {
            if (delete.reference() instanceof Tag tag) {
                untag(repository, tag);
            } else {
                delete(repository, (Digest) delete.reference());
            }
            return RegistryResponse.of(202);
        }));
    }

    private void untag(Repository repository, Tag tag) throws IOException {
        if (!repository.tags().containsKey(tag)) {
            throw unknownManifest();
        }
        immutable.checkDelete(repository, tag);
        repository.change(List.of(new TagDeleted(tag)), store.now());
    }

    private void delete(Repository repository, Digest digest) throws IOException {
        if (!repository.manifests().containsKey(digest)) {
            throw unknownManifest();
        }
        immutable.checkChange(repository, digest);
        if (!sparse) {
            refuseNamed(repository, digest, "manifest");
        }
        repository.change(List.of(new ManifestDeleted(digest)), store.now());
    }

    RegistryResponse blob(DeleteBlob delete) throws IOException {
        checkAllowed(delete.repository());
        return storing.write(() -> store.change(delete.repository(), repository -> {
            if (!repository.blobs().containsKey(delete.digest())) {
                throw Pulls.unknownBlob();
            }
            refuseNamed(repository, delete.digest(), "blob");
            repository.change(List.of(new BlobUnlinked(delete.digest())), store.now());
            return RegistryResponse.of(202);
        }));
    }

    private void checkAllowed(RepositoryName repository) {
        if (!allowed) {
            throw ErrorCode.UNSUPPORTED
                    .because("nothing can be deleted from this registry")
                    .asException();
        }
        if (store.repository(repository).isEmpty()) {
            throw HostedRegistry.unknownName();
        }
    }

    private static void refuseNamed(Repository repository, Digest digest, String what) {
        Optional<Digest> by = repository.manifests().entrySet().stream()
                .filter(manifest -> manifest.getValue().blobs().contains(digest)
                        || manifest.getValue().manifests().contains(digest))
                .map(Map.Entry::getKey)
                .findFirst();
        if (by.isPresent()) {
            throw ErrorCode.UNSUPPORTED
                    .because("the " + what + " is named by the manifest " + by.get() + ": delete that first")
                    .asException();
        }
    }

    private static RegistryException unknownManifest() {
        return ErrorCode.MANIFEST_UNKNOWN
                .because("manifest unknown to registry")
                .asException();
    }
}
