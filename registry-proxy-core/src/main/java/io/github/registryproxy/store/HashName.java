package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The hash that a file of a store is named by, in as little memory as it takes: there may be a million of them. */
final class HashName {
    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 64;

    private final long first;
    private final long second;
    private final long third;
    private final long fourth;

    /** The rest of one of 512 bits. */
    private final long @Nullable [] more;

    private HashName(String hex) {
        this.first = part(hex, 0);
        this.second = part(hex, 1);
        this.third = part(hex, 2);
        this.fourth = part(hex, 3);
        this.more = hex.length() == DIGITS ? null : new long[] {part(hex, 4), part(hex, 5), part(hex, 6), part(hex, 7)};
    }

    private static long part(String hex, int index) {
        return HexFormat.fromHexDigitsToLong(hex, 16 * index, 16 * index + 16);
    }

    static HashName of(Digest digest) {
        return new HashName(digest.encoded());
    }

    /** That of a file with a name as content of that algorithm has; null where it is none. */
    static @Nullable HashName parse(String file, Digest.Algorithm algorithm) {
        if (file.length() != (algorithm == Digest.Algorithm.SHA256 ? DIGITS : 2 * DIGITS)) {
            return null;
        }
        for (int i = 0; i < file.length(); i++) {
            char c = file.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return null;
            }
        }
        return new HashName(file);
    }

    Digest digest() {
        StringBuilder hex = new StringBuilder(2 * DIGITS);
        for (long part : new long[] {first, second, third, fourth}) {
            hex.append(HEX.toHexDigits(part));
        }
        if (more == null) {
            return new Digest(Digest.Algorithm.SHA256, hex.toString());
        }
        for (long part : more) {
            hex.append(HEX.toHexDigits(part));
        }
        return new Digest(Digest.Algorithm.SHA512, hex.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HashName name
                && first == name.first
                && second == name.second
                && third == name.third
                && fourth == name.fourth
                && Arrays.equals(more, name.more);
    }

    @Override
    public int hashCode() {
        return (int) first;
    }

    @Override
    public String toString() {
        return digest().toString();
    }
}
