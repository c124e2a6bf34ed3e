package io.github.registryproxy.hosted;

import io.github.registryproxy.document.Descriptor;
import io.github.registryproxy.document.Manifest;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Check of one pushed manifest: what it names is in its repository and has the sizes that it says, as far as the settings require
 * that. Used under the repository's lock.
 */
final class NamedContentCheck {
    /** A manifest names no more content that is not in its repository, where that is allowed at all: memory holds each digest. */
    static final int MOST_MISSING = 1000;

    private final Repository repository;
    private final MissingContent setting;
    private final long now;
    private final Set<Digest> missing = new HashSet<>();

    NamedContentCheck(Repository repository, MissingContent setting, long now) {
        this.repository = repository;
        this.setting = setting;
        this.now = now;
    }

    /**
     * Checks the manifest.
     *
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN (code-5, 404) with the digest that is missing, or MANIFEST_INVALID (code-7, 400)
     */
    void check(Manifest manifest) {
        manifest.content().forEach(this::content);
        manifest.manifests().forEach(this::listed);
    }

    private void content(Descriptor blob) {
        OptionalLong size = repository.use(blob.digest(), now);
        if (size.isPresent()) {
            checkSize(blob, size.getAsLong());
        } else if (blob.isNonDistributable() || setting == MissingContent.ACCEPTED) {
            lacks(blob.digest());
        } else {
            throw unknown("blob", blob.digest());
        }
    }

    /** A manifest; or a blob, since build caches list their layers in an index. */
    private void listed(Descriptor child) {
        StoredManifest manifest = repository.manifests().get(child.digest());
        OptionalLong size = manifest == null ? blobSize(child) : OptionalLong.of(manifest.size());
        if (size.isPresent()) {
            checkSize(child, size.getAsLong());
        } else if (setting == MissingContent.ACCEPTED
                || (setting == MissingContent.SPARSE_INDEXES && mayBeManifest(child))) {
            lacks(child.digest());
        } else {
            throw unknown(mayBeManifest(child) ? "manifest" : "blob", child.digest());
        }
    }

    private OptionalLong blobSize(Descriptor child) {
        return Manifest.isKnownType(child.mediaType()) ? OptionalLong.empty() : repository.use(child.digest(), now);
    }

    private static boolean mayBeManifest(Descriptor child) {
        return child.mediaType().isEmpty() || new MediaType(child.mediaType()).isManifestSafe();
    }

    private void lacks(Digest digest) {
        missing.add(digest);
        if (missing.size() > MOST_MISSING) {
            throw ErrorCode.MANIFEST_INVALID
                    .because(
                            "the manifest names more than " + MOST_MISSING + " contents that are not in the repository")
                    .asException();
        }
    }

    private void checkSize(Descriptor named, long size) {
        boolean differs = named.size().isPresent() && named.size().getAsLong() != size;
        if (differs && setting != MissingContent.ACCEPTED) {
            throw ErrorCode.MANIFEST_INVALID
                    .because("the manifest says that " + named.digest() + " has "
                            + named.size().getAsLong() + " bytes, and it has " + size)
                    .asException();
        }
    }

    private static RegistryException unknown(String what, Digest digest) {
        return ErrorCode.MANIFEST_BLOB_UNKNOWN
                .because("the manifest names a " + what + " that is not in the repository: " + digest)
                .asException();
    }
}
