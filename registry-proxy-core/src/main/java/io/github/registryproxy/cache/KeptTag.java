package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tag stood for, to those who ask for one representation of it.
 *
 * @param representation as {@link Acceptable#representation} tells them apart
 * @param size in bytes
 * @param checked when the upstream said so, in milliseconds since 1970 by the wall clock
 */
record KeptTag(String representation, Digest digest, MediaType type, long size, long checked) {
    private static final String VERSION = "1";
    private static final int MOST = 32;

    /** All representations of a tag, the ones asked for last at the end. */
    static byte[] toBytes(List<KeptTag> all) {
        List<String> lines = new ArrayList<>(List.of(VERSION));
        for (KeptTag one : all.subList(Math.max(0, all.size() - MOST), all.size())) {
            lines.add(one.representation + " " + one.digest + " " + one.size + " " + one.checked + " "
                    + one.type.value());
        }
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    /** Without those that another version wrote, or nobody of us. */
    static List<KeptTag> parse(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(VERSION)) {
            return List.of();
        }
        return lines.stream().skip(1).flatMap(line -> one(line).stream()).toList();
    }

    private static Optional<KeptTag> one(String line) {
        String[] words = line.split(" ", 5);
        if (words.length < 5 || !Headers.isLegal(HeaderNames.CONTENT_TYPE, words[4])) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeptTag(
                    words[0],
                    Digest.parse(words[1]),
                    new MediaType(words[4]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3])));
        } catch (NumberFormatException | RegistryException e) {
            return Optional.empty();
        }
    }
}
