package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Tag;
import java.util.List;

/** One step in the life of a repository: what its journal is made of. */
sealed interface Change {
    /** A blob belongs to the repository from now on. */
    record BlobLinked(Digest digest, long size, long at) implements Change {}

    /** A blob belongs to it no more. */
    record BlobUnlinked(Digest digest) implements Change {}

    /** A manifest is there, and tags stand for it, in one step. */
    record ManifestPut(Digest digest, StoredManifest manifest, List<Tag> tags) implements Change {
        public ManifestPut {
            tags = List.copyOf(tags);
        }
    }

    /** A manifest is gone, with all tags that stood for it. */
    record ManifestDeleted(Digest digest) implements Change {}

    /** A tag is gone. */
    record TagDeleted(Tag tag) implements Change {}
}
