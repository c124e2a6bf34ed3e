package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Partial content that stagings left behind, for the next one of the same source: kept for a day, the last ones only where they take
 * too much space, one for each digest.
 */
final class Partials {
    private static final Logger LOG = System.getLogger(Partials.class.getName());
    private static final long LIFE_MILLIS = Duration.ofDays(1).toMillis();

    private final StoreDirectory directory;
    private final Clock clock;
    private final long limit;

    /** When each was left. */
    private final UseOrder<Digest, Left> order = new UseOrder<>(Left::weight);

    private record Left(String tag, long since, long weight) {}

    /**
     * Finds those of earlier processes.
     *
     * @param limit in bytes on the disk
     */
    Partials(StoreDirectory directory, Clock clock, long limit) throws IOException {
        this.directory = directory;
        this.clock = clock;
        this.limit = limit;
        record Found(Digest digest, String tag, BasicFileAttributes attributes) {}
        List<Found> found = new ArrayList<>();
        Reach.settleAll(directory.staging());
        StoreFiles.visit(directory.staging(), (file, attributes) -> {
            try {
                String name = StoreFiles.name(file);
                int second = name.indexOf('-', name.indexOf('-') + 1);
                String tag = second < 0 ? "" : name.substring(second + 1);
                Digest digest = Digest.parse((second < 0 ? name : name.substring(0, second)).replace('-', ':'));
                if (attributes.isRegularFile() && attributes.size() > 0) {
                    found.add(new Found(digest, tag, attributes));
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
            resumed(partial.digest, partial.tag);
            order.put(
                    partial.digest,
                    new Left(
                            partial.tag,
                            attributes.lastModifiedTime().toMillis(),
                            ContentFiles.weight(attributes.size())));
        }
        clean();
    }

    /** What they take of the disk, in bytes. */
    long bytes() {
        return order.total();
    }

    /** A staging of that source begins, with what the source left; what another one left is deleted. */
    void resumed(Digest digest, String tag) {
        Left left = order.remove(digest);
        if (left != null && !left.tag.equals(tag)) {
            delete(digest, left.tag);
        }
    }

    void left(Digest digest, String tag, long size) {
        order.put(digest, new Left(tag, clock.millis(), ContentFiles.weight(size)));
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
            if (left != null) {
                delete(eldest, left.tag);
            }
        }
    }

    private void delete(Digest digest, String tag) {
        try {
            Files.deleteIfExists(directory.staging(digest, tag));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot delete a partial content of {0}: {1}", digest, e.toString());
        }
    }
}
