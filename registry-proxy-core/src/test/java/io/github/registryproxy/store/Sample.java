package io.github.registryproxy.store;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** Content that is the same in every process. */
record Sample(Digest digest, byte[] bytes) {
    static Sample of(int seed, int size) {
        return of(Digest.Algorithm.SHA256, seed, size);
    }

    static Sample of(Digest.Algorithm algorithm, int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return new Sample(Digest.of(algorithm, bytes), bytes);
    }

    ByteBuffer from(long offset) {
        return ByteBuffer.wrap(bytes, (int) offset, bytes.length - (int) offset);
    }

    ByteBuffer region(int offset, int length) {
        return ByteBuffer.wrap(bytes, offset, length);
    }

    Sample putInto(ContentStore store) throws IOException {
        try (Staging staging = store.stage(digest)) {
            staging.append(from(staging.size()));
            staging.commit();
        }
        return this;
    }
}
