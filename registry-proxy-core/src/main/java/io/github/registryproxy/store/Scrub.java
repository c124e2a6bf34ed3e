package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** One reading of all content of a directory store. */
final class Scrub {
    private final DirectoryStore store;
    private final ContentFiles content;
    private final Progress progress;
    private long entries;
    private long bytes;
    private long damaged;
    private long total;

    Scrub(DirectoryStore store, ContentFiles content, Progress progress) {
        this.store = store;
        this.content = content;
        this.progress = progress;
    }

    Scrubbed run(Consumer<Digest> found) throws IOException {
        List<HashName> names = store.names();
        for (HashName name : names) {
            total += store.size(name.digest()).orElse(0L);
        }
        ByteBuffer buffer = ByteBuffer.allocate(WholeHash.BUFFER);
        for (HashName name : names) {
            Digest digest = name.digest();
            long size = store.size(digest).orElse(0L); // also tells when the store is closed
            long before = bytes;
            boolean bad = content.dropIfDamaged(digest, buffer, this::read);
            bytes = before + size;
            entries++;
            if (bad) {
                damaged++;
                found.accept(digest);
            }
            read(0);
        }
        return new Scrubbed(entries, bytes, damaged);
    }

    private void read(int more) throws IOException {
        bytes += more;
        progress.reached(Math.min(bytes, total), total);
    }
}
