package io.github.registryproxy.store;

import io.github.registryproxy.Body;
import java.io.Closeable;
import java.io.IOException;

/** Content that is open for reading and stays readable until it is closed, whatever the store does meanwhile. */
public interface StoredContent extends Closeable {
    /** In bytes. */
    long size();

    /**
     * The bytes of a region.
     *
     * @param offset 0 to size
     * @param length 0 to size - offset
     * @return repeatable, usable until this is closed, closing it closes nothing else
     */
    Body body(long offset, long length) throws IOException;

    @Override
    void close() throws IOException;
}
