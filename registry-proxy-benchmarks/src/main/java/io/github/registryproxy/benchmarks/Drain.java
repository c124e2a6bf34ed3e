package io.github.registryproxy.benchmarks;

import io.github.registryproxy.BodySink;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a response to its end, as an edge does; the bytes are looked at and not copied. */
final class Drain implements BodySink {
    private long bytes;

    /** How many bytes the body had; the response is closed. */
    long of(RegistryResponse response) throws IOException {
        bytes = 0;
        try (response) {
            if (response.status() != 200) {
                throw new IOException("not what is to be measured: " + response);
            }
            response.body().writeTo(this);
        }
        return bytes;
    }

    @Override
    public void write(ByteBuffer buffer) {
        bytes += buffer.remaining();
        buffer.position(buffer.limit());
    }
}
