package io.github.registryproxy.hosted;

import io.github.registryproxy.protocol.Digest;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.RandomAccess;

/**
 * Digests that one manifest names, in little memory: of content that some repository has, the object that all share, 8 bytes at most;
 * of any other, its bytes alone, 32 by SHA-256. Content that exists comes first, else the order is the given one.
 */
final class NamedDigests extends AbstractList<Digest> implements RandomAccess {
    private static final HexFormat HEX = HexFormat.of();

    private final Digest[] known;
    private final byte[][] others;

    private NamedDigests(Digest[] known, byte[][] others) {
        this.known = known;
        this.others = others;
    }

    static List<Digest> of(Collection<Digest> digests, References references) {
        if (digests.isEmpty()) {
            return List.of();
        }
        List<Digest> known = new ArrayList<>();
        List<Digest> others = new ArrayList<>();
        for (Digest digest : digests) {
            (references.has(digest) ? known : others).add(references.same(digest));
        }
        return new NamedDigests(known.toArray(Digest[]::new), packed(others));
    }

    /** One array for each algorithm: a digest of its own would cost a header each. */
    private static byte[][] packed(List<Digest> digests) {
        Digest.Algorithm[] algorithms = Digest.Algorithm.values();
        byte[][] packed = new byte[algorithms.length][];
        for (Digest.Algorithm algorithm : algorithms) {
            StringBuilder hex = new StringBuilder();
            digests.stream()
                    .filter(digest -> digest.algorithm() == algorithm)
                    .forEach(digest -> hex.append(digest.encoded()));
            packed[algorithm.ordinal()] = HEX.parseHex(hex);
        }
        return packed;
    }

    private static int width(Digest.Algorithm algorithm) {
        return algorithm.hexLength() / 2;
    }

    @Override
    public Digest get(int index) {
        if (index < known.length) {
            return known[index];
        }
        int at = index - known.length;
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            byte[] bytes = others[algorithm.ordinal()];
            int width = width(algorithm);
            int held = bytes.length / width;
            if (at < held) {
                return new Digest(algorithm, HEX.formatHex(bytes, at * width, (at + 1) * width));
            }
            at -= held;
        }
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int size() {
        int size = known.length;
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            size += others[algorithm.ordinal()].length / width(algorithm);
        }
        return size;
    }
}
