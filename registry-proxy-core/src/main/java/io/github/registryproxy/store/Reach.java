package io.github.registryproxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a file with gaps has none: a number beside the file, there before the first gap is made and gone after the last. What was
 * killed in between is cut to that number.
 */
final class Reach implements Closeable {
    private static final String SUFFIX = ".reach";

    private final FileChannel channel;

    private Reach(FileChannel channel) {
        this.channel = channel;
    }

    /** Before the first gap in a file of so many bytes. */
    static Reach begin(Path file, long size) throws IOException {
        Reach reach = new Reach(StoreFiles.openToWrite(beside(file)));
        try {
            reach.set(size);
        } catch (IOException e) {
            reach.close();
            throw e;
        }
        return reach;
    }

    void set(long size) throws IOException {
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(size).flip(), 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** After the last gap. */
    static void end(Path file) throws IOException {
        Files.deleteIfExists(beside(file));
    }

    /** Cuts the files of a directory that were left with gaps. */
    static void settleAll(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        StoreFiles.visit(directory, (file, attributes) -> {
            String name = StoreFiles.name(file);
            if (name.endsWith(SUFFIX)) {
                files.add(file.resolveSibling(name.substring(0, name.length() - SUFFIX.length())));
            }
        });
        for (Path file : files) {
            settle(file);
        }
    }

    /** Cuts a file to what it has without a gap, if it has any gaps; takes it away when nothing says how far that is. */
    static void settle(Path file) throws IOException {
        Path beside = beside(file);
        if (!Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        long size = read(beside);
        if (size <= 0) {
            Files.deleteIfExists(file);
        } else if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try (FileChannel channel = StoreFiles.openToWrite(file)) {
                channel.truncate(size);
            }
        }
        Files.delete(beside);
    }

    private static long read(Path beside) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        try (FileChannel channel = StoreFiles.openToRead(beside)) {
            StoreFiles.fill(channel, number, 0);
        }
        return number.hasRemaining() ? 0 : number.flip().getLong();
    }

    private static Path beside(Path file) {
        return file.resolveSibling(StoreFiles.name(file) + SUFFIX);
    }
}
