package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * That a repository has a manifest, and what the store's bytes do not say about it.
 *
 * @param size in bytes
 * @param forAll whether the upstream gave it to the proxy's own credentials
 */
record KeptManifest(MediaType type, long size, boolean forAll) {
    /** Before it a record listed hashes of the credentials that the manifest was given to. */
    private static final String FIRST_VERSION = "1";

    private static final String VERSION = "2";
    private static final String FOR_ALL = "*";
    private static final String NOT_FOR_ALL = "-";
    private static final int LONGEST_TYPE = 255;

    /** Whether a record may hold it: a type that nobody would send is not worth one. */
    static boolean canKeep(MediaType type) {
        return !type.value().isEmpty() && type.value().length() <= LONGEST_TYPE;
    }

    byte[] toBytes() {
        return String.join("\n", VERSION, type.value(), Long.toString(size), forAll ? FOR_ALL : NOT_FOR_ALL)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where another version wrote it, or another program. */
    static Optional<KeptManifest> parse(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 3 || !Headers.isLegal(HeaderNames.CONTENT_TYPE, lines.get(1))) {
            return Optional.empty();
        }
        boolean forAll = lines.get(0).equals(FIRST_VERSION)
                ? lines.size() == 3
                : lines.size() == 4 && lines.get(3).equals(FOR_ALL);
        if (!lines.get(0).equals(FIRST_VERSION) && !lines.get(0).equals(VERSION)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeptManifest(new MediaType(lines.get(1)), Long.parseLong(lines.get(2)), forAll));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
