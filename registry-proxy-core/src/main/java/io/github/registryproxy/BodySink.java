package io.github.registryproxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where a body's bytes go: the response of a servlet container, a request to an upstream. */
@FunctionalInterface
public interface BodySink {
    /** Takes all remaining bytes; blocks until they are taken. The buffer is the caller's again on return. */
    void write(ByteBuffer bytes) throws IOException;

    /** Takes a region of a file; sinks that can send it without copying override this. */
    default void transfer(FileChannel file, long position, long count) throws IOException {
        ByteBuffer buffer = FileBuffers.take(count);
        long at = position;
        long end = position + count;
        boolean done = false;
        try {
            while (at < end) {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
                int n = file.read(buffer, at);
                if (n < 0) {
                    throw new IOException("file ends at byte " + at + " of " + end);
                }
                at += n;
                write(buffer.flip());
            }
            done = true;
        } finally {
            FileBuffers.giveBack(buffer, done);
        }
    }
}
