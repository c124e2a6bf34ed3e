package io.github.registryproxy.store;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The block sums of stored content: a file for each content of more than one block, and in memory those that were used last. They
 * depend on the digest alone, so that sums of content that is gone are never wrong.
 *
 * <p>Sums are an aid: where there are none, or their file is damaged, the content is hashed and they are made anew. So their files
 * are not forced to the disk.
 */
final class ContentSums {
    private static final Logger LOG = System.getLogger(ContentSums.class.getName());

    private static final int MOST_IN_MEMORY = 8 * 1024 * 1024;
    private static final int OVERHEAD = 192;
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    private final StoreDirectory directory;
    private final AtomicLong temporaries = new AtomicLong();
    private final Cache<HashName, BlockSums> used = CacheBuilder.newBuilder()
            .maximumWeight(MOST_IN_MEMORY)
            .weigher((HashName name, BlockSums sums) -> OVERHEAD + sums.count() * Integer.BYTES)
            .build();

    ContentSums(StoreDirectory directory) {
        this.directory = directory;
    }

    /** Whether content of that size has its sums in a file; that of one block is hashed again when it is needed. */
    static boolean isInFile(long size) {
        return size > BlockSums.BLOCK;
    }

    /**
     * The sums of content; null where there are none.
     *
     * @param size of the file that holds the content now
     */
    @Nullable
    BlockSums find(Digest digest, long size) throws IOException {
        HashName name = HashName.of(digest);
        BlockSums known = used.getIfPresent(name);
        if (known == null && isInFile(size)) {
            known = read(digest);
            if (known != null) {
                used.put(name, known);
            }
        }
        return known;
    }

    private @Nullable BlockSums read(Digest digest) throws IOException {
        try (FileChannel channel = StoreFiles.openToRead(directory.sums(digest))) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), SumsFile.LARGEST));
            StoreFiles.fill(channel, bytes, 0);
            BlockSums sums = bytes.hasRemaining() ? null : SumsFile.decoded(bytes.array(), digest);
            if (sums == null) {
                LOG.log(Level.INFO, "the checksums of {0} are damaged: it is hashed again", digest);
            }
            return sums;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            LOG.log(Level.INFO, "the checksums of {0} cannot be read: it is hashed again: {1}", digest, e.toString());
            return null;
        }
    }

    /** Keeps the sums of content that was hashed. Before the content is published; a failure leaves content without sums. */
    void keep(Digest digest, BlockSums sums) {
        used.put(HashName.of(digest), sums);
        if (!isInFile(sums.size())) {
            return;
        }
        Path temporary = directory.temporary().resolve("sums-" + temporaries.incrementAndGet());
        try {
            try (FileChannel channel = FileChannel.open(temporary, NEW)) {
                for (ByteBuffer bytes = ByteBuffer.wrap(SumsFile.encoded(digest, sums)); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
            }
            Path file = directory.sums(digest);
            StoreFiles.makeDirectory(directory.sumsPart(digest));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the checksums of {0} are not kept: {1}", digest, e.toString());
            StoreFiles.deleteAfter(e, temporary);
        }
    }

    /** Keeps them where no file has them yet. */
    void keepIfMissing(Digest digest, BlockSums sums) throws IOException {
        if (isInFile(sums.size()) && read(digest) == null) {
            keep(digest, sums);
        }
    }

    /** The content is gone. */
    void drop(Digest digest) throws IOException {
        used.invalidate(HashName.of(digest));
        Files.deleteIfExists(directory.sums(digest));
    }

    /** What is to be done with the sums of a digest whose content may be gone. */
    @FunctionalInterface
    interface Orphan {
        void found(Digest digest) throws IOException;
    }

    /** Visits the sums that content is not known for. */
    void visitOrphans(Predicate<HashName> hasContent, Orphan orphan) throws IOException {
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            try (DirectoryStream<Path> parts = Files.newDirectoryStream(directory.sums(algorithm))) {
                for (Path part : parts) {
                    visitOrphans(algorithm, part, hasContent, orphan);
                }
            }
        }
    }

    private void visitOrphans(Digest.Algorithm algorithm, Path part, Predicate<HashName> hasContent, Orphan orphan)
            throws IOException {
        // Names alone are read: there may be a million.
        try (DirectoryStream<Path> files = Files.newDirectoryStream(part)) {
            for (Path file : files) {
                directory.pace().step();
                HashName name = HashName.parse(StoreFiles.name(file), algorithm);
                if (name != null && !hasContent.test(name)) {
                    orphan.found(name.digest());
                }
            }
        } catch (NotDirectoryException e) {
            return; // not ours
        }
    }
}
