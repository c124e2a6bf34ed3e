package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class HashBehindTest {
    private static final int LAG = (int) HashBehind.LAG;

    private final Sample sample = Sample.of(1, 5 * LAG + 77);
    private final List<Runnable> tasks = new ArrayList<>();
    private volatile long readable = Long.MAX_VALUE;

    private int read(long position, ByteBuffer into) throws IOException {
        if (position + into.remaining() > readable) {
            throw new IOException("bad sector");
        }
        int n = Math.min(into.remaining(), 10_000);
        into.put(sample.region((int) position, n));
        return n;
    }

    @Test
    void little_is_hashed_by_the_writer_and_takes_no_thread() throws IOException {
        Sample little = Sample.of(2, LAG - 1);
        HashBehind hash = new HashBehind(
                Digest.Algorithm.SHA256,
                (position, into) -> {
                    int n = into.remaining();
                    into.put(little.region((int) position, n));
                    return n;
                },
                tasks::add);
        hash.written(1000);
        hash.written(LAG - 1);
        assertEquals(little.digest(), hash.finish().digest());
        assertEquals(List.of(), tasks);
    }

    @Test
    void what_no_thread_hashes_is_hashed_by_the_writer_at_the_end() throws IOException {
        for (Throwable why :
                List.of(new RejectedExecutionException("closed"), new OutOfMemoryError("no native thread"))) {
            HashBehind hash = new HashBehind(Digest.Algorithm.SHA256, this::read, work -> {
                if (why instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) why;
            });
            hash.written(2L * LAG);
            hash.written(5L * LAG + 77);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(30),
                    () -> assertEquals(sample.digest(), hash.finish().digest()));
        }
    }

    @Test
    void one_thread_at_a_time_hashes_what_is_there_and_is_let_go() throws IOException {
        HashBehind hash = new HashBehind(Digest.Algorithm.SHA256, this::read, tasks::add);
        hash.written(LAG);
        hash.written(2L * LAG);
        assertEquals(1, tasks.size());
        tasks.get(0).run();
        hash.written(3L * LAG - 1);
        assertEquals(1, tasks.size());
        hash.written(4L * LAG);
        assertEquals(2, tasks.size());
        tasks.get(1).run();
        hash.written(sample.bytes().length);
        tasks.get(2).run();
        assertEquals(sample.digest(), hash.finish().digest());
    }

    @Test
    void a_writer_that_is_faster_than_its_hash_gets_the_right_one() throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            HashBehind hash = new HashBehind(Digest.Algorithm.SHA256, this::read, threads);
            for (int at = 0; at < sample.bytes().length; at += 9_999) {
                hash.written(at);
            }
            hash.written(sample.bytes().length);
            assertEquals(sample.digest(), hash.finish().digest());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void what_cannot_be_read_back_has_no_digest() {
        HashBehind hash = new HashBehind(Digest.Algorithm.SHA256, this::read, Runnable::run);
        readable = 2L * LAG;
        hash.written(3L * LAG);
        hash.written(5L * LAG);
        IOException failure = assertThrows(IOException.class, hash::finish);
        assertTrue(failure.getCause().getMessage().contains("bad sector"));
    }
}
