package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LineWriterTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void a_line_is_out_when_its_writer_goes_on() throws IOException {
        LineWriter writer = new LineWriter(out);
        writer.write("one");
        assertEquals(List.of("one"), lines());
        writer.write("zwölf");
        assertEquals(List.of("one", "zwölf"), lines());
    }

    @Test
    void what_is_brought_while_somebody_writes_goes_out_together_after_it() throws Exception {
        List<String> writes = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch brought = new CountDownLatch(1);
        LineWriter writer = new LineWriter(new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("byte by byte");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writes.add(
                        new String(bytes, from, length, StandardCharsets.UTF_8).replace(System.lineSeparator(), "|"));
                begun.countDown();
                try {
                    brought.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        ExecutorService first = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = first.submit(() -> {
                writer.write("a");
                return null;
            });
            begun.await();
            writer.write("b");
            writer.write("c");
            brought.countDown();
            writing.get();
            writer.flush();
            assertEquals(List.of("a|", "b|c|"), writes);
        } finally {
            first.shutdownNow();
        }
    }

    @Test
    void no_line_is_lost_or_mixed_with_another() throws Exception {
        LineWriter writer = new LineWriter(out);
        ExecutorService many = Executors.newFixedThreadPool(8);
        Set<String> expected = new HashSet<>();
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                String name = "thread " + i + " says ";
                for (int n = 0; n < 1_000; n++) {
                    expected.add(name + n);
                }
                running.add(many.submit(() -> {
                    for (int n = 0; n < 1_000; n++) {
                        writer.write(name + n);
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            many.shutdownNow();
        }
        writer.flush();
        assertEquals(8_000, lines().size());
        assertEquals(expected, Set.copyOf(lines()));
    }

    @Test
    void after_a_failure_the_next_line_is_tried() throws IOException {
        boolean[] broken = {true};
        LineWriter writer = new LineWriter(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (broken[0]) {
                    throw new IOException("full");
                }
                out.write(b);
            }
        });
        assertThrows(IOException.class, () -> writer.write("lost"));
        broken[0] = false;
        writer.write("kept");
        assertEquals(List.of("kept"), lines());
    }

    @Test
    void over_1_MiB_waits_for_a_slow_reader() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        LineWriter writer = new LineWriter(new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("byte by byte");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                begun.countDown();
                try {
                    read.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        Thread stuck = new Thread(() -> {
            try {
                writer.write("first");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        AtomicInteger accepted = new AtomicInteger();
        Thread busy = new Thread(() -> {
            try {
                for (; accepted.get() < 100; accepted.incrementAndGet()) {
                    writer.write("x".repeat(64 * 1024));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        stuck.start();
        begun.await();
        busy.start();
        while (busy.getState() != Thread.State.WAITING && busy.isAlive()) {
            Thread.onSpinWait();
        }
        int waiting = accepted.get();
        read.countDown();
        busy.join();
        stuck.join();
        assertTrue(waiting <= 17, waiting + " lines of 64 KiB wait");
    }
}
