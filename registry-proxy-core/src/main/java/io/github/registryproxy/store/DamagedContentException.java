package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stored content is not what was committed any more: bytes of it changed on the disk, are missing, or cannot be read. None of the
 * bad bytes was given out, and the store no longer has the content.
 */
public final class DamagedContentException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Digest digest;

    public DamagedContentException(Digest digest, long offset, @Nullable IOException cause) {
        super("stored content " + digest + " is damaged near byte " + offset, cause);
        this.digest = digest;
    }

    public Digest digest() {
        return digest;
    }
}
