package io.github.registryproxy;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.util.Optional;

/**
 * Content that hashes to its digest: the one gate by which a body becomes {@linkplain Body#digest() verified}. Only such a body
 * leaves a {@link RegistryProxy} complete under a digest; any other is verified there, while it leaves.
 */
public final class VerifiedContent {
    /** Bytes at the end of a streamed body that its reader gets only once the digest matches. */
    public static final int TAIL = VerifyingSource.TAIL;

    /** The Content-Security-Policy of blobs and manifests: a browser makes no page of them, and runs nothing in them. */
    public static final String NO_PAGE = "sandbox; default-src 'none'";

    private VerifiedContent() {}

    /** How long a body of unknown length may become. */
    @FunctionalInterface
    public interface Limit {
        /** No limit. */
        Limit NONE = bytes -> {};

        /**
         * Returns when a body may have that many bytes.
         *
         * @throws IOException when it may not
         */
        void check(long bytes) throws IOException;
    }

    /**
     * A document, hashed now. Repeatable.
     *
     * @param content the array itself, not a copy
     * @throws ContentMismatchException when it does not hash to the digest
     */
    public static Body of(Digest digest, byte[] content) throws ContentMismatchException {
        if (!digest.matches(content)) {
            throw new ContentMismatchException(digest, Digest.of(digest.algorithm(), content), content.length);
        }
        return Body.of(content).as(digest);
    }

    /**
     * A body, hashed now where it is at most {@link #TAIL} bytes, else while it is read: its end is held back until the digest
     * matches, and does not come when it does not. Takes the body over, unless it throws.
     *
     * @param limit asked for bodies of unknown length
     * @throws ContentMismatchException when the content is small and wrong
     */
    public static Body of(Digest digest, Body body, Limit limit) throws IOException {
        if (body.digest().equals(Optional.of(digest))) {
            return body;
        }
        VerifyingSource source = new VerifyingSource(body.source(), digest, body.length(), limit);
        Optional<byte[]> small = source.readIfSmall();
        if (small.isPresent()) {
            body.close();
            return Body.of(small.get()).as(digest);
        }
        return Body.of(source, body.length()).as(digest).closing(body);
    }

    /**
     * A whole content that its maker vouches for: it was hashed when it was stored and is checked while it is read. A part is not
     * verified content: with another status it would pass for the whole. For stores and caches of this library; the architecture
     * test lists them.
     */
    public static Body vouched(Digest digest, Body body) {
        return body.as(digest);
    }
}
