package io.github.registryproxy.policy;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a tag stands for: one digest for each media type that the registry answered with, since one tag may be an index to one
 * client and an image to another. Immutable.
 */
record Tagged(Map<MediaType, Digest> digests) {
    static final Tagged NOTHING = new Tagged(Map.of());

    private static final int MOST = 4;

    Collection<Digest> all() {
        return digests.values();
    }

    boolean stands(MediaType type, Digest digest) {
        return digest.equals(digests.get(type));
    }

    /** With that one as the latest; the eldest goes where there are too many. */
    Tagged with(MediaType type, Digest digest) {
        Map<MediaType, Digest> more = new LinkedHashMap<>(digests);
        more.remove(type);
        more.values().removeIf(digest::equals);
        more.put(type, digest);
        if (more.size() > MOST) {
            more.remove(more.keySet().iterator().next());
        }
        return new Tagged(more);
    }

    Tagged without(Digest digest) {
        Map<MediaType, Digest> fewer = new LinkedHashMap<>(digests);
        fewer.values().removeIf(digest::equals);
        return new Tagged(fewer);
    }

    byte[] toBytes() {
        StringBuilder text = new StringBuilder("1\n");
        digests.forEach(
                (type, digest) -> text.append(digest).append(' ').append(type).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static Optional<Tagged> parse(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n");
        if (!lines[0].equals("1")) {
            return Optional.empty();
        }
        Map<MediaType, Digest> digests = new LinkedHashMap<>();
        try {
            for (int i = 1; i < lines.length; i++) {
                int space = lines[i].indexOf(' ');
                digests.put(
                        new MediaType(lines[i].substring(space + 1)),
                        Digest.parse(lines[i].substring(0, Math.max(0, space))));
            }
        } catch (RegistryException e) {
            return Optional.empty();
        }
        return Optional.of(new Tagged(digests));
    }
}
