package io.github.registryproxy.protocol;

/** What names a manifest within a repository: a {@link Tag} or a {@link Digest}. Prints as it stands on the wire. */
public sealed interface Reference permits Tag, Digest {
    /** A digest where the text has a colon, which no tag may have, else a tag; DIGEST_INVALID or TAG_INVALID otherwise. */
    static Reference parse(String text) {
        return text.indexOf(':') >= 0 ? Digest.parse(text) : new Tag(text);
    }
}
