package io.github.registryproxy.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A staging that also takes bytes ahead of its end, so that several connections can fetch one content. Stores that cannot give
 * plain stagings; for an object store, what is ahead are the parts of an upload.
 */
public interface AheadStaging extends Staging {
    /**
     * Writes all remaining bytes at a position from {@link #size} on, from any thread; what several threads write at a time does not
     * overlap. They are no part of the content yet: nobody can read them, they do not count for {@link #commit}, and what is left
     * behind does not have them. After an IOException the staging is good for {@link #discard} only.
     */
    void write(long position, ByteBuffer bytes) throws IOException;

    /**
     * Says that all before a position has been written: it is content from now on, as if it had been appended. Used by one thread at
     * a time, and never while another appends.
     */
    void reach(long size) throws IOException;
}
