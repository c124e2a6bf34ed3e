package io.github.registryproxy.hosted;

/** What becomes of a manifest that names what its repository does not have. */
public enum MissingContent {
    /** It is refused: MANIFEST_BLOB_UNKNOWN (code-5), 404, with the digest. */
    REFUSED,

    /** An index may list manifests that are not there, such as those of platforms nobody wants; blobs must be there. */
    SPARSE_INDEXES,

    /** It is stored as it is. */
    ACCEPTED
}
