package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That a repository has a manifest, and what the store's bytes do not tell of it.
 *
 * @param size in bytes
 * @param readers hashes of the credentials it was given to, the last ones
 */
record KeptManifest(MediaType type, long size, List<String> readers) {
    private static final String VERSION = "1";
    private static final int MOST_READERS = 64;
    private static final int LONGEST_TYPE = 255;

    KeptManifest {
        readers = List.copyOf(readers);
    }

    KeptManifest withReader(String credential) {
        if (readers.contains(credential)) {
            return this;
        }
        List<String> more = new ArrayList<>(readers);
        more.add(credential);
        return new KeptManifest(type, size, more.subList(Math.max(0, more.size() - MOST_READERS), more.size()));
    }

    /** Whether a record may hold it: a type that nobody would send is not worth one. */
    static boolean canKeep(MediaType type) {
        return !type.value().isEmpty() && type.value().length() <= LONGEST_TYPE;
    }

    byte[] toBytes() {
        List<String> lines = new ArrayList<>(List.of(VERSION, type.value(), Long.toString(size)));
        lines.addAll(readers);
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where another version wrote it, or nobody of us. */
    static Optional<KeptManifest> parse(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 3
                || !lines.get(0).equals(VERSION)
                || !Headers.isLegal(HeaderNames.CONTENT_TYPE, lines.get(1))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeptManifest(
                    new MediaType(lines.get(1)), Long.parseLong(lines.get(2)), lines.subList(3, lines.size())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
