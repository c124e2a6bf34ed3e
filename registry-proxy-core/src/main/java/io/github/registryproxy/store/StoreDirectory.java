package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A directory that is a store, held by this process alone.
 *
 * <pre>
 * registry-proxy-store     the format; a directory with content and without this file is nobody's store
 * lock                     held by the process that uses it
 * sha256/ab/abcd…          content, whole
 * sums/sha256/ab/abcd…     checksums of the blocks of content that has more than one
 * damaged/sha256-abcd…     content that is set aside, where it is the only copy
 * staging/sha256-abcd…-1f… content on its way, a prefix of it; the tag, if any, names its source
 * uploads/0a1b…-2c3d…      what is pushed, by owner and name, a prefix of it
 * records/tag/…            records, whole
 * temporary/…              on the way to records
 * control                  where a server that has the directory takes commands; nothing of the store's
 * </pre>
 */
final class StoreDirectory implements Closeable {
    private static final String MARKER = "registry-proxy-store";
    private static final String FORMAT = "registry-proxy store, format 1\n";
    private static final String LOCK = "lock";
    private static final int TAG = 32;

    /** What an empty directory may hold: what an opening that was cut short left, and what file systems put at their root. */
    private static final Set<String> NOTHING = Set.of(LOCK, MARKER + ".new", "lost+found");

    /**
     * What this process holds. Looked at before the lock's file is opened: on POSIX, closing any channel to a file ends all locks
     * of the process on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Channels that must not be closed before the process ends, for the same reason. */
    private static final Queue<FileChannel> KEPT_OPEN = new ConcurrentLinkedQueue<>();

    private final Path root;
    private final FileChannel lock;
    private final Pace pace = new Pace();

    private StoreDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** Takes the directory, making it where there is none; an IOException says to the operator why it cannot be taken. */
    static StoreDirectory take(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IOException(directory + " is not a directory");
        }
        try {
            Files.createDirectories(directory);
            Path root = directory.toRealPath();
            refuseForeign(root);
            if (!HELD.add(root)) {
                throw inUse(root);
            }
            try {
                return take(root, lock(root));
            } catch (IOException | RuntimeException e) {
                HELD.remove(root);
                throw e;
            }
        } catch (RefusedException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(directory + " cannot be used as a store: " + e, e);
        }
    }

    private static StoreDirectory take(Path root, FileChannel lock) throws IOException {
        try {
            mark(root);
            StoreDirectory taken = new StoreDirectory(root, lock);
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                StoreFiles.makeDirectory(taken.content(algorithm));
            }
            StoreFiles.makeDirectory(taken.sums());
            for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
                StoreFiles.makeDirectory(taken.sums(algorithm));
            }
            StoreFiles.makeDirectory(taken.staging());
            StoreFiles.makeDirectory(taken.records());
            StoreFiles.makeDirectory(taken.temporary());
            StoreFiles.visit(taken.temporary(), (file, attributes) -> Files.deleteIfExists(file));
            return taken;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    static boolean isMarked(Path directory) {
        return Files.exists(directory.resolve(MARKER), LinkOption.NOFOLLOW_LINKS);
    }

    Path root() {
        return root;
    }

    private static void refuseForeign(Path root) throws IOException {
        if (isMarked(root)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
            for (Path file : files) {
                if (!NOTHING.contains(StoreFiles.name(file))) {
                    throw new RefusedException(root + " is not empty and is no store (it has no file " + MARKER
                            + "): name an empty or new directory");
                }
            }
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel = StoreFiles.openToWrite(root.resolve(LOCK));
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            KEPT_OPEN.add(channel); // another class loader of this process has it, and shall keep it
            throw inUse(root);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw inUse(root);
    }

    private static RefusedException inUse(Path root) {
        return new RefusedException(root + " is in use as a store already: give each process a directory of its own");
    }

    private static void mark(Path root) throws IOException {
        Path marker = root.resolve(MARKER);
        if (!Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
            Path temporary = root.resolve(MARKER + ".new");
            Files.deleteIfExists(temporary);
            StoreFiles.replace(marker, temporary, FORMAT.getBytes(StandardCharsets.UTF_8));
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(256);
        try (FileChannel channel = StoreFiles.openToRead(marker)) {
            StoreFiles.fill(channel, bytes, 0);
        }
        String format = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        if (!format.equals(FORMAT)) {
            throw new RefusedException(root + " is a store of another format (" + format.strip() + "), this is "
                    + FORMAT.strip() + ": name another directory");
        }
    }

    Path content(Digest.Algorithm algorithm) {
        return root.resolve(algorithm.toString());
    }

    Path part(Digest digest) {
        return content(digest.algorithm()).resolve(digest.encoded().substring(0, 2));
    }

    Path content(Digest digest) {
        return part(digest).resolve(digest.encoded());
    }

    private Path sums() {
        return root.resolve("sums");
    }

    Path sums(Digest.Algorithm algorithm) {
        return sums().resolve(algorithm.toString());
    }

    Path sums(Digest digest) {
        return sumsPart(digest).resolve(digest.encoded());
    }

    Path sumsPart(Digest digest) {
        return sums(digest.algorithm()).resolve(digest.encoded().substring(0, 2));
    }

    Path damaged() {
        return root.resolve("damaged");
    }

    Path damaged(Digest digest) {
        return damaged().resolve(digest.algorithm() + "-" + digest.encoded());
    }

    Path staging() {
        return root.resolve("staging");
    }

    /** @param tag of the source, as {@link #tag} makes it */
    Path staging(Digest digest, String tag) {
        String name = digest.algorithm() + "-" + digest.encoded();
        return staging().resolve(tag.isEmpty() ? name : name + "-" + tag);
    }

    /** Short enough for a file name, and as good as the source itself to tell sources apart; empty for content of no source. */
    static String tag(String source) {
        if (source.isEmpty()) {
            return "";
        }
        byte[] named = source.getBytes(StandardCharsets.UTF_8);
        return Digest.of(Digest.Algorithm.SHA256, named).encoded().substring(0, TAG);
    }

    Path uploads() {
        return root.resolve("uploads");
    }

    Path records() {
        return root.resolve("records");
    }

    Path temporary() {
        return root.resolve("temporary");
    }

    /** Visits the files of a directory of the store, as {@link StoreFiles#visit}, at the pace of the store. */
    void visit(Path directory, StoreFiles.Visitor visitor) throws IOException {
        StoreFiles.visit(directory, (file, attributes) -> {
            pace.step();
            visitor.visit(file, attributes);
        });
    }

    Pace pace() {
        return pace;
    }

    @Override
    public void close() throws IOException {
        try {
            lock.close(); // and with it the lock
        } finally {
            HELD.remove(root);
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
