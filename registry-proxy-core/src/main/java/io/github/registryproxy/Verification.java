package io.github.registryproxy;

/** Who compares content with its digest: the upstream, unless somebody nearer to the client says that it does. */
public final class Verification {
    /**
     * Left on a request by whoever hashes the body of the answer itself and gives nobody its end before it matched: hashing it
     * twice would only cost time.
     */
    public static final Attribute<Boolean> BY_READER = Attribute.named("verification by the reader");

    private Verification() {}
}
