package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What stagings have left behind, to be gone on with: for a day, and the last ones only where they take too much space. */
final class Partials {
    private static final Logger LOG = System.getLogger(Partials.class.getName());
    private static final long LIFE_MILLIS = Duration.ofDays(1).toMillis();

    private final StoreDirectory directory;
    private final Clock clock;
    private final long limit;

    /** When each was left. */
    private final UseOrder<Digest, Left> order = new UseOrder<>(Left::weight);

    private record Left(long since, long weight) {}

    /**
     * Finds those of earlier processes.
     *
     * @param limit in bytes on the disk
     */
    Partials(StoreDirectory directory, Clock clock, long limit) throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.limit = limit;
        record Found(Digest digest, BasicFileAttributes attributes) {}
        List<Found> found = new ArrayList<>();
        Reach.settleAll(directory.staging());
        StoreFiles.visit(directory.staging(), (file, attributes) -> {
            try {
                Digest digest = Digest.parse(StoreFiles.name(file).replace('-', ':'));
                if (attributes.isRegularFile() && attributes.size() > 0) {
                    found.add(new Found(digest, attributes));
                    return;
                }
            } catch (RegistryException e) {
                LOG.log(Level.DEBUG, "no partial content: {0}", StoreFiles.name(file));
            }
            if (!attributes.isDirectory()) {
                Files.deleteIfExists(file);
            }
        });
        found.sort(Comparator.comparing(partial -> partial.attributes.lastModifiedTime()));
        for (Found partial : found) {
            BasicFileAttributes attributes = partial.attributes;
            order.put(
                    partial.digest,
                    new Left(attributes.lastModifiedTime().toMillis(), ContentFiles.weight(attributes.size())));
        }
        clean();
    }

    /** What they take of the disk, in bytes. */
    long bytes() {
        return order.total();
    }

    /** One of them is gone on with, by whoever may stage that digest now. */
    void resumed(Digest digest) {
        order.remove(digest);
    }

    void left(Digest digest, long size) {
        order.put(digest, new Left(clock.millis(), ContentFiles.weight(size)));
    }

    /** Drops the old and the many; the caller keeps others from resuming meanwhile. */
    void clean() {
        for (Digest eldest = order.eldest(); eldest != null; eldest = order.eldest()) {
            Left left = order.peek(eldest);
            boolean old = left == null || clock.millis() - left.since > LIFE_MILLIS;
            if (!old && order.total() <= limit) {
                return;
            }
            order.remove(eldest);
            Path file = directory.staging(eldest);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot delete a partial content of {0}: {1}", eldest, e.toString());
            }
        }
    }
}
