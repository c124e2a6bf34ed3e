package io.github.registryproxy.cache;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Operation.DeleteManifest;
import io.github.registryproxy.protocol.Operation.PushManifest;
import io.github.registryproxy.protocol.Reference;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.protocol.Tag;
import java.io.IOException;

/** Pushes, deletions and purges, which end what was known of what they touch. */
final class ManifestWrites {
    private final KeptManifests manifests;
    private final ManifestAccess access;
    private final KeptTags tags;
    private final MissingTags missing;
    private final KeptLists lists;

    ManifestWrites(
            KeptManifests manifests, ManifestAccess access, KeptTags tags, MissingTags missing, KeptLists lists) {
        this.manifests = manifests;
        this.access = access;
        this.tags = tags;
        this.missing = missing;
        this.lists = lists;
    }

    static boolean isWrite(Operation operation) {
        return operation instanceof PushManifest || operation instanceof DeleteManifest;
    }

    /** Forgets afterwards, also when it failed: nobody knows then what the upstream did. */
    RegistryResponse pass(RegistryRequest request, RegistryHandler next) throws IOException {
        try {
            return next.handle(request);
        } finally {
            if (request.operation() instanceof PushManifest push) {
                push.tags().forEach(tag -> forget(push.repository(), tag));
                forget(push.repository(), push.reference());
            } else if (request.operation() instanceof DeleteManifest delete) {
                forget(delete.repository(), delete.reference());
                if (delete.reference() instanceof Digest digest) {
                    tags.drop(delete.repository(), digest);
                }
            }
        }
    }

    /** Whatever memory holds of a repository; records are the caller's affair. */
    void forget(RepositoryName repository) {
        tags.outdate(() -> missing.drop(name -> name.repository().equals(repository)));
        lists.drop(repository);
    }

    void forgetMissing() {
        tags.outdate(() -> missing.drop(name -> true));
    }

    void forget(RepositoryName repository, Reference reference) {
        if (reference instanceof Digest digest) {
            access.forget(repository, digest);
            manifests.forget(repository, digest);
            access.forget(repository, digest);
        } else if (reference instanceof Tag tag) {
            KeptTags.Name name = new KeptTags.Name(repository, tag);
            tags.drop(name, () -> missing.drop(name::equals));
        }
        lists.drop(repository);
    }
}
