package io.github.registryproxy.store;

import io.github.registryproxy.ContentMismatchException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content on its way into a store: one writer appends, any number of readers read what has been appended, and at the end it is
 * committed or not. Only this process sees it.
 */
public interface Staging extends Closeable {
    /** How many bytes are there, those of an earlier attempt included. */
    long size();

    /** Adds all remaining bytes; the writer's alone. After an IOException the staging is good for {@link #discard} only. */
    void append(ByteBuffer bytes) throws IOException;

    /**
     * Reads bytes that have been appended, from any thread, also after {@link #commit} and until {@link #close}.
     *
     * @return how many bytes are in the buffer now, at least 1 where position is before {@link #size} and the buffer has room
     */
    int read(long position, ByteBuffer into) throws IOException;

    /**
     * Publishes the content, at once and as a whole, when it hashes to the digest it was staged for.
     *
     * @throws ContentMismatchException when it does not; it is gone then
     */
    void commit() throws IOException;

    /**
     * Takes what has been appended away, so that the next attempt begins at nothing; the content may be staged anew at once. What
     * was appended can be read until {@link #close}.
     */
    void discard() throws IOException;

    /** Ends the staging; what was neither committed nor discarded may be found by the next one. Readers must be done. */
    @Override
    void close() throws IOException;
}
