package io.github.registryproxy.tests.spec;

/** What a registry may be set to, otherwise as {@link UnderTest} says. */
enum Setting {
    /** Nothing is deleted. */
    NO_DELETES,

    /** An index may name images that are not there; an image may not name blobs that are not. */
    SPARSE_INDEXES,

    /** A manifest may name whatever it likes. */
    MISSING_CONTENT,

    /** Chunks have {@link Settings#SMALLEST_CHUNK} bytes at least. */
    SMALLEST_CHUNK,

    /** Tags of a version, {@code v*}, never move and are not deleted. */
    IMMUTABLE_VERSIONS,

    /** A repository holds {@link Settings#QUOTA} bytes at most. */
    QUOTA
}
