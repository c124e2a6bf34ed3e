package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Damaged content of which there is no other copy: kept out of everybody's way, for whoever wants to rescue something, until the same
 * content comes anew or is deleted. The directory is what a restart knows it by.
 */
final class SetAside {
    private final StoreDirectory directory;
    private final Set<Digest> digests = ConcurrentHashMap.newKeySet();

    SetAside(StoreDirectory directory) throws IOException {
        this.directory = directory;
        if (!Files.isDirectory(directory.damaged(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        StoreFiles.visit(directory.damaged(), (file, attributes) -> {
            try {
                digests.add(Digest.parse(StoreFiles.name(file).replace('-', ':')));
            } catch (RegistryException e) {
                return; // not ours
            }
        });
    }

    List<Digest> all() {
        return List.copyOf(digests);
    }

    boolean has(Digest digest) {
        return digests.contains(digest);
    }

    int size() {
        return digests.size();
    }

    /** Sets a file aside; under the digest's lock. */
    void add(Digest digest, Path content) throws IOException {
        StoreFiles.makeDirectory(directory.damaged());
        StoreFiles.publish(content, directory.damaged(digest));
        digests.add(digest);
    }

    /** Deletes what is set aside of a digest; under its lock. */
    void remove(Digest digest) throws IOException {
        if (digests.contains(digest)) {
            Files.deleteIfExists(directory.damaged(digest));
            digests.remove(digest);
        }
    }
}
