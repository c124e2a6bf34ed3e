package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
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

/** Finds the content of a directory store by name, size and time, and drops what cannot be whole; reads none of it. */
final class ContentWalk {
    private static final Logger LOG = System.getLogger(ContentWalk.class.getName());

    /** A disk answers several questions in the time of one. */
    private static final int THREADS = 8;

    /** An entry and when it was used last, by the file's time in milliseconds. */
    record Found(Digest digest, long size, long used) {}

    private ContentWalk() {}

    /** All there is, least recently used first. */
    static List<Found> of(StoreDirectory directory) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<List<Found>>> parts = new ArrayList<>();
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                StoreFiles.visit(directory.content(algorithm), (part, attributes) -> {
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the store was opened");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Found> part(Digest.Algorithm algorithm, Path part) throws IOException {
        List<Found> found = new ArrayList<>();
        StoreFiles.visit(part, (file, attributes) -> {
            Digest digest;
            try {
                digest = new Digest(algorithm, StoreFiles.name(file));
            } catch (RegistryException e) {
                return; // not ours: nothing reads it
            }
            if (digest.encoded().substring(0, 2).equals(StoreFiles.name(part)) && plausible(digest, attributes)) {
                found.add(new Found(
                        digest, attributes.size(), attributes.lastModifiedTime().toMillis()));
            } else if (!attributes.isDirectory()) {
                LOG.log(Level.WARNING, "dropped a damaged entry: {0}", digest);
                Files.deleteIfExists(file);
            }
        });
        return found;
    }

    /** Whether a file of that size can hold that content at all. */
    private static boolean plausible(Digest digest, BasicFileAttributes attributes) {
        return attributes.isRegularFile() && (attributes.size() > 0 || digest.matches(new byte[0]));
    }
}
