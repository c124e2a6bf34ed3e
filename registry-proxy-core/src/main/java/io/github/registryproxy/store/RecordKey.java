package io.github.registryproxy.store;

import java.util.List;
import java.util.Objects;

/**
 * What a record is found by: a kind, such as {@code tag}, and parts that identify it, such as upstream, repository and tag.
 * Stores that need one name for it use a digest of the parts, so no part ever becomes a path.
 *
 * @param kind 1 to 32 lower-case letters
 * @param parts 1 to 8, each at most 512 characters, no control characters
 */
public record RecordKey(String kind, List<String> parts) {
    /** No record is larger, in bytes. */
    public static final int LARGEST_RECORD = 64 * 1024;

    public RecordKey {
        Objects.requireNonNull(kind, "kind");
        parts = List.copyOf(parts);
        boolean sound = isKind(kind) && !parts.isEmpty() && parts.size() <= 8;
        for (String part : parts) {
            sound &= isPart(part);
        }
        if (!sound) {
            throw new IllegalArgumentException("not a record key");
        }
    }

    private static boolean isKind(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 'a' || text.charAt(i) > 'z') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= 32;
    }

    private static boolean isPart(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x20 || text.charAt(i) == 0x7f) {
                return false;
            }
        }
        return text.length() <= 512;
    }

    public static RecordKey of(String kind, String... parts) {
        return new RecordKey(kind, List.of(parts));
    }
}
