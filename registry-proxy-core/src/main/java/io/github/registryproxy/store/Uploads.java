package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * The uploads of a {@link DirectoryStore}: content that is pushed, and named when it is there. Each belongs to an owner, such as a
 * repository, and does not exist for any other. They outlive the process; those that nobody goes on with are ended by {@link
 * #expire}. Safe for concurrent use.
 */
public final class Uploads {
    private static final Logger LOG = System.getLogger(Uploads.class.getName());
    private static final int OWNER_DIGITS = 24;

    /** As the specification wants it: hard to guess, and the same in all its copies. */
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** So many are kept open while nobody writes, so that the next chunk does not read them all again. */
    private static final int MOST_IDLE = 64;

    private final DirectoryStore store;
    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();

    /** Those that are open, with the number of their users; idle ones in the order of their last use. */
    private final Map<Path, Open> open = new LinkedHashMap<>();

    private static final class Open {
        final UploadFile file;
        int users;

        Open(UploadFile file) {
            this.file = file;
        }
    }

    Uploads(DirectoryStore store, Path directory) throws IOException {
        this.store = store;
        this.directory = directory;
        StoreFiles.makeDirectory(directory);
    }

    /** Begins one, which its writer closes. */
    public Upload start(String owner) throws IOException {
        String id = UUID.randomUUID().toString();
        return store.whileOpen(() -> opened(path(owner, id), id, StandardOpenOption.CREATE_NEW));
    }

    /** Takes an upload over, to go on with it or to end it; empty where that owner has none of that name. */
    public Optional<Upload> resume(String owner, String id) throws IOException {
        if (!isId(id)) {
            return Optional.empty();
        }
        try {
            return Optional.of(store.whileOpen(() -> opened(path(owner, id), id)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** How many bytes an upload has, without taking it over; empty where that owner has none of that name. */
    public OptionalLong size(String owner, String id) throws IOException {
        if (!isId(id)) {
            return OptionalLong.empty();
        }
        Path path = path(owner, id);
        lock.lock();
        try {
            Open known = open.get(path);
            if (known != null && !known.file.isOver()) {
                return OptionalLong.of(known.file.size());
            }
        } finally {
            lock.unlock();
        }
        try {
            return OptionalLong.of(StoreFiles.attributes(path).size());
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    /** What they take of the disk, in bytes. */
    public long bytes() throws IOException {
        long[] bytes = {0};
        StoreFiles.visit(directory, (file, attributes) -> bytes[0] += attributes.size());
        return bytes[0];
    }

    /**
     * Ends those that nobody has touched for so long.
     *
     * @return how many
     */
    public int expire(Duration idle, Instant now) throws IOException {
        List<Path> old = new ArrayList<>();
        StoreFiles.visit(directory, (file, attributes) -> {
            if (attributes.lastModifiedTime().toInstant().isBefore(now.minus(idle))) {
                old.add(file);
            }
        });
        int expired = 0;
        for (Path file : old) {
            if (closeIdle(file)) {
                store.whileOpen(() -> Files.deleteIfExists(file));
                expired++;
            }
        }
        return expired;
    }

    /** Whether nobody uses it, so that its file may go. */
    private boolean closeIdle(Path file) throws IOException {
        lock.lock();
        try {
            Open known = open.get(file);
            if (known != null && known.users > 0) {
                return false;
            }
            if (known != null) {
                open.remove(file);
                known.file.close();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The owner is part of the name: whoever is not it finds nothing. */
    private Path path(String owner, String id) {
        String of = Digest.of(Digest.Algorithm.SHA256, owner.getBytes(StandardCharsets.UTF_8))
                .encoded()
                .substring(0, OWNER_DIGITS);
        return directory.resolve(of + "-" + id);
    }

    private static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    private Upload opened(Path path, String id, StandardOpenOption... options) throws IOException {
        lock.lock();
        try {
            Open known = open.remove(path);
            if (known != null && known.file.isOver()) {
                known.file.close();
                known = null;
            }
            if (known == null) {
                known = new Open(new UploadFile(path, channel(path, options), store.behind()));
            }
            open.put(path, known); // as the one used last
            known.users++;
            closeMany();
            return new Upload(this, known.file, id, known.file.take());
        } finally {
            lock.unlock();
        }
    }

    private static FileChannel channel(Path path, StandardOpenOption... options) throws IOException {
        List<OpenOption> all = new ArrayList<>(List.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        all.addAll(List.of(options));
        return FileChannel.open(path, all.toArray(OpenOption[]::new));
    }

    private void closeMany() throws IOException {
        long idle = open.values().stream().filter(one -> one.users == 0).count();
        for (var each = open.values().iterator(); each.hasNext() && idle > MOST_IDLE; ) {
            Open one = each.next();
            if (one.users == 0) {
                each.remove();
                one.file.close();
                idle--;
            }
        }
    }

    void release(UploadFile file) throws IOException {
        lock.lock();
        try {
            Open known = open.get(file.path());
            if (known == null || known.file != file) {
                file.close(); // over, and opened anew by somebody else
                return;
            }
            known.users--;
            if (file.isOver() && known.users <= 0) {
                open.remove(file.path());
                file.close();
            }
        } finally {
            lock.unlock();
        }
    }

    void commit(UploadFile file, long turn, Digest digest) throws IOException {
        store.whileOpen(() -> {
            try {
                file.commit(turn, digest, (path, sums) -> store.publish(path, digest, sums));
            } catch (ContentMismatchException e) {
                StoreFiles.deleteAfter(e, file.path());
                throw e;
            }
            return true;
        });
    }

    void discard(UploadFile file, long turn) throws IOException {
        store.whileOpen(() -> {
            file.end(turn);
            return Files.deleteIfExists(file.path());
        });
    }

    /** The store is closed: so are the files. */
    void close() {
        lock.lock();
        try {
            for (Open one : open.values()) {
                one.file.close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "an upload's file could not be closed", e);
        } finally {
            open.clear();
            lock.unlock();
        }
    }
}
