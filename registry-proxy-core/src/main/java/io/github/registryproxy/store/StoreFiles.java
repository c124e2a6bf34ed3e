package io.github.registryproxy.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;

/** What the store does to files, and no more: no link is ever followed, what is published has reached the disk before. */
final class StoreFiles {
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    /** What is done with each file of a directory. */
    interface Visitor {
        void visit(Path file, BasicFileAttributes attributes) throws IOException;
    }

    private StoreFiles() {}

    static FileChannel openToRead(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** Opens or makes a file. */
    static FileChannel openToWrite(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS);
    }

    static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a directory where there is none yet; its parent exists. */
    static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new NotDirectoryException(directory.toString());
            }
            return; // somebody was faster
        }
        Path parent = directory.getParent();
        if (parent != null) {
            force(parent);
        }
    }

    /** Writes a file by way of a temporary one beside it, so that it is there as a whole or not at all. */
    static void replace(Path file, Path temporary, byte[] content) throws IOException {
        try {
            try (FileChannel channel = FileChannel.open(temporary, NEW)) {
                for (ByteBuffer bytes = ByteBuffer.wrap(content); bytes.hasRemaining(); ) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            publish(temporary, file);
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    /** Moves a file whose content is on the disk to where it is found, in one step. */
    static void publish(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        Path parent = to.getParent();
        if (parent != null) {
            force(parent);
        }
    }

    /** Makes names in a directory outlive a power failure, where the system can. */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some systems open no directory. The name may be lost with the power then, never half written.
            return;
        }
    }

    /** A content's file has its last use as its time of change. */
    static void used(Path file, long millis) {
        try {
            Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(FileTime.fromMillis(millis), null, null);
        } catch (IOException e) {
            return; // gone, or a disk that takes nothing now: it only ages too early
        }
    }

    static void deleteAfter(Exception failure, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Visits the files of a directory, without those that go away meanwhile. */
    static void visit(Path directory, Visitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                BasicFileAttributes attributes;
                try {
                    attributes = attributes(file);
                } catch (NoSuchFileException e) {
                    continue; // gone
                }
                visitor.visit(file, attributes);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Reads exactly as much as the channel holds from there, or up to the room in the buffer. */
    static void fill(FileChannel channel, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int n = channel.read(into, at);
            if (n < 0) {
                return;
            }
            at += n;
        }
    }
}
