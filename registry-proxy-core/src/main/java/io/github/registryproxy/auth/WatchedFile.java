package io.github.registryproxy.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** A small file's text, read again when its time, size or identity changes (mounted secrets are swapped by a link). */
final class WatchedFile implements FileCredentials.Text {
    private static final int LARGEST = 64 * 1024;

    private final Path path;
    private final int largest;
    private volatile @Nullable Content content;

    private record Content(
            FileTime modified, long size, @Nullable Object key, String text) {}

    WatchedFile(Path path) {
        this(path, LARGEST);
    }

    /** @param largest in bytes */
    WatchedFile(Path path, int largest) {
        this.path = path;
        this.largest = largest;
    }

    @Override
    public String text() throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        Content known = content;
        if (known != null
                && known.modified.equals(now.lastModifiedTime())
                && known.size == now.size()
                && java.util.Objects.equals(known.key, now.fileKey())) {
            return known.text;
        }
        String text = read(now.size());
        content = new Content(now.lastModifiedTime(), now.size(), now.fileKey(), text);
        return text;
    }

    @Override
    public void forget() {
        content = null;
    }

    private String read(long size) throws IOException {
        if (size > largest) {
            throw new IOException("a secret larger than " + largest + " bytes: " + path);
        }
        String text = Files.readString(path, StandardCharsets.UTF_8);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return text.substring(0, end);
    }
}
