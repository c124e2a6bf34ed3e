package io.github.registryproxy.store;

import com.google.common.primitives.Ints;
import io.github.registryproxy.internal.Tasks;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Finds the content of a directory store by name, size and time; reads none of it. */
final class ContentWalk {
    private static final Logger LOG = System.getLogger(ContentWalk.class.getName());

    /** A disk answers several questions in the time of one; who waits for content meanwhile needs processors, too. */
    private static final int THREADS =
            Ints.constrainToRange(Runtime.getRuntime().availableProcessors() / 2, 1, 8);

    private final StoreDirectory directory;
    private final Damaged damaged;
    private volatile boolean whole = true;

    /** An entry and when it was used last, by the file's time in milliseconds. */
    record Found(HashName name, long size, long used) {}

    /** Is told what cannot be whole, unless somebody has replaced it meanwhile. */
    @FunctionalInterface
    interface Damaged {
        void found(Digest digest) throws IOException;
    }

    ContentWalk(StoreDirectory directory, Damaged damaged) {
        this.directory = directory;
        this.damaged = damaged;
    }

    /** All there is, least recently used first. */
    List<Found> run() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, Tasks.daemons("registry-proxy-store"));
        try {
            List<Future<List<Found>>> parts = new ArrayList<>();
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                visit(directory.content(algorithm), (part, attributes) -> {
                    if (attributes.isDirectory()) {
                        parts.add(threads.submit(() -> part(algorithm, part)));
                    }
                });
            }
            List<Found> all = new ArrayList<>();
            for (Future<List<Found>> part : parts) {
                all.addAll(part.get());
            }
            all.sort(Comparator.comparingLong(Found::used));
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdown();
        }
    }

    /** Whether nothing was in the way so far. */
    boolean isWhole() {
        return whole;
    }

    private void visit(Path of, StoreFiles.Visitor visitor) {
        try {
            directory.visit(of, visitor);
        } catch (IOException e) {
            whole = false;
            if (!directory.pace().isLeft()) {
                LOG.log(Level.WARNING, "cannot read {0} of the store: {1}", of, e.toString());
            }
        }
    }

    private List<Found> part(Digest.Algorithm algorithm, Path part) {
        String place = StoreFiles.name(part);
        List<Found> found = new ArrayList<>();
        visit(part, (file, attributes) -> {
            String named = StoreFiles.name(file);
            HashName name = HashName.parse(named, algorithm);
            if (name == null) {
                return; // not ours: nothing reads it
            }
            if (!place.equals(named.substring(0, 2))) {
                misplaced(file, attributes);
            } else if (plausible(name, attributes)) {
                found.add(new Found(
                        name, attributes.size(), attributes.lastModifiedTime().toMillis()));
            } else if (!attributes.isDirectory()) {
                damaged.found(new Digest(algorithm, named));
            }
        });
        return found;
    }

    /** Where nobody looks for it. */
    private static void misplaced(Path file, BasicFileAttributes attributes) throws IOException {
        if (!attributes.isDirectory() && Files.deleteIfExists(file)) {
            LOG.log(Level.WARNING, "dropped an entry that is in no place of its own: {0}", StoreFiles.name(file));
        }
    }

    /** Whether a file of that size can hold that content at all. */
    static boolean plausible(HashName name, BasicFileAttributes attributes) {
        return attributes.isRegularFile()
                && (attributes.size() > 0 || name.digest().matches(new byte[0]));
    }
}
