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
 * What a tag stood for, to a client that accepted certain types.
 *
 * @param accepted the types it accepted
 * @param size in bytes
 * @param checked when the upstream said so, in milliseconds since 1970 by the wall clock
 * @param forAll whether it said so to the proxy's own credentials
 */
record KeptTag(AcceptedTypes accepted, Digest digest, MediaType type, long size, long checked, boolean forAll) {
    /** Before it a hash of what was accepted stood in the place of the types, so nobody knows which. */
    private static final String FIRST_VERSION = "1";

    private static final String VERSION = "2";
    private static final String FOR_ALL = "*";
    private static final String NOT_FOR_ALL = "-";

    /** All that is known of a tag, what was said last at the end. There are no more than there are sets of types. */
    static byte[] toBytes(List<KeptTag> all) {
        List<String> lines = new ArrayList<>(List.of(VERSION));
        for (KeptTag one : all) {
            lines.add(one.accepted.bits() + " " + one.digest + " " + one.size + " " + one.checked + " "
                    + (one.forAll ? FOR_ALL : NOT_FOR_ALL) + " " + one.type.value());
        }
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    /** Without those that another version wrote, or another program. */
    static List<KeptTag> parse(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        String version = lines.isEmpty() ? "" : lines.get(0);
        if (version.equals(FIRST_VERSION)) {
            // The last one alone: that it can no longer be told for which types is no reason to lose the tag.
            List<KeptTag> old =
                    lines.stream().skip(1).flatMap(line -> first(line).stream()).toList();
            return old.isEmpty() ? List.of() : List.of(old.get(old.size() - 1));
        }
        return version.equals(VERSION)
                ? lines.stream().skip(1).flatMap(line -> one(line).stream()).toList()
                : List.of();
    }

    private static Optional<KeptTag> first(String line) {
        String[] words = line.split(" ", 5);
        return words.length < 5
                ? Optional.empty()
                : of(AcceptedTypes.UNKNOWN.bits() + "", words[1], words[2], words[3], NOT_FOR_ALL, words[4]);
    }

    private static Optional<KeptTag> one(String line) {
        String[] words = line.split(" ", 6);
        return words.length < 6 ? Optional.empty() : of(words[0], words[1], words[2], words[3], words[4], words[5]);
    }

    private static Optional<KeptTag> of(
            String bits, String digest, String size, String checked, String forAll, String type) {
        if (!Headers.isLegal(HeaderNames.CONTENT_TYPE, type)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KeptTag(
                    new AcceptedTypes(Integer.parseInt(bits)),
                    Digest.parse(digest),
                    new MediaType(type),
                    Long.parseLong(size),
                    Long.parseLong(checked),
                    forAll.equals(FOR_ALL)));
        } catch (NumberFormatException | RegistryException e) {
            return Optional.empty();
        }
    }
}
