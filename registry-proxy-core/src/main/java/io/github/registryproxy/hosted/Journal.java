package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.RepositoryName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The file that a repository is: the changes that made it, one a line. A change is on the disk before anybody is told of it, and is
 * there as a whole or not at all: what a kill or a power failure leaves half is cut off at the next start. Used under its
 * repository's lock.
 */
final class Journal {
    private static final Logger LOG = System.getLogger(Journal.class.getName());
    private static final String HEAD = "registry-proxy repository, format 1\t";

    private final Path file;
    private final RepositoryName name;
    private long end;
    private long lines;
    private boolean uncertain;

    /** Of a repository that has none yet; it is made with the first change. */
    Journal(Path file, RepositoryName name) {
        this.file = file;
        this.name = name;
    }

    long lines() {
        return lines;
    }

    /**
     * Reads what there is.
     *
     * @return how many lines in the middle of it are damaged and were passed over
     * @throws IOException also where the file is no journal of that repository
     */
    long read(Consumer<Change> changes) throws IOException {
        long damaged = 0;
        long pending = 0;
        try (JournalLines all = new JournalLines(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS))) {
            byte[] head = (HEAD + name).getBytes(StandardCharsets.UTF_8);
            boolean ours = all.next()
                    && Arrays.equals(head, 0, head.length, all.buffer(), all.offset(), all.offset() + all.length());
            if (!ours) {
                throw new IOException(file + " is no journal of the repository " + name);
            }
            long at = all.length() + 1L;
            end = at;
            while (all.next()) {
                at += all.length() + 1L;
                Optional<Change> change = JournalLine.decode(all.buffer(), all.offset(), all.length());
                if (change.isEmpty()) {
                    pending++;
                    continue;
                }
                damaged += pending;
                pending = 0;
                changes.accept(change.get());
                lines++;
                end = at;
            }
        }
        cutEnd(damaged);
        return damaged;
    }

    /** What follows the last good line was never acknowledged. */
    private void cutEnd(long damaged) throws IOException {
        if (damaged > 0) {
            LOG.log(Level.ERROR, "the repository {0} has lost {1} changes: its journal is damaged", name, damaged);
        }
        if (Files.size(file) > end) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                channel.truncate(end);
                channel.force(true);
            }
        }
    }

    /** Writes changes, in one step; on return they are on the disk. After an IOException none of them is there. */
    void append(List<? extends Change> changes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean isNew = end == 0;
        if (isNew) {
            bytes.writeBytes((HEAD + name + "\n").getBytes(StandardCharsets.UTF_8));
            Durable.directories(file);
        }
        changes.forEach(change -> bytes.writeBytes(JournalLine.encode(change)));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS)) {
            if (uncertain || isNew) {
                channel.truncate(end);
                uncertain = false;
            }
            write(channel, ByteBuffer.wrap(bytes.toByteArray()));
        }
        if (isNew) {
            Durable.force(file.getParent());
        }
        end += bytes.size();
        lines += changes.size();
    }

    private void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        uncertain = true;
        for (long at = end; bytes.hasRemaining(); ) {
            at += channel.write(bytes, at);
        }
        channel.force(false);
        uncertain = false;
    }

    /** Puts other changes in place of all there are, in one step. */
    void rewrite(List<? extends Change> changes) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Journal fresh = new Journal(temporary, name);
        fresh.append(changes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        Durable.force(file.getParent());
        end = fresh.end;
        lines = fresh.lines;
        uncertain = false;
    }

    /** The repository is no more. */
    void delete() throws IOException {
        if (end > 0) {
            Files.deleteIfExists(file);
            Durable.force(file.getParent());
            end = 0;
            lines = 0;
        }
    }
}
