package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreReadingTest {
    @TempDir
    private Path path;

    @Test
    void what_ends_early_for_whatever_reason_is_not_taken_for_the_whole() throws IOException {
        try (StoreDirectory directory = StoreDirectory.take(path)) {
            StoreReading reading = new StoreReading(directory);
            List<Runnable> threads = new ArrayList<>();
            reading.begin(
                    threads::add,
                    () -> {
                        throw new OutOfMemoryError("planned");
                    },
                    () -> true);
            assertTrue(reading.isUnderWay());
            threads.get(0).run();
            threads.get(1).run();
            assertFalse(reading.isUnderWay());
            assertThrows(IOException.class, reading::await);
        }
    }

    @Test
    void a_store_that_no_thread_reads_is_not_waited_for() throws IOException {
        try (StoreDirectory directory = StoreDirectory.take(path)) {
            StoreReading reading = new StoreReading(directory);
            reading.begin(
                    work -> {
                        throw new OutOfMemoryError("no native thread");
                    },
                    () -> true,
                    () -> true);
            assertFalse(reading.isUnderWay());
            assertThrows(IOException.class, reading::await);
            reading.stop();
        }
    }
}
