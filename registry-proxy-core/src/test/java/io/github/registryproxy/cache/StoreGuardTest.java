package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class StoreGuardTest {
    private final AtomicInteger lines = new AtomicInteger();
    private final AtomicInteger bypassed = new AtomicInteger();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.incrementAndGet();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Test
    void a_store_that_fails_is_counted_each_time_and_logged_once_a_minute() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
        StoreGuard guard = new StoreGuard(
                new CacheMetrics() {
                    @Override
                    public void bypassed() {
                        bypassed.incrementAndGet();
                    }
                },
                nanos::get);
        Logger logger = Logger.getLogger(StoreGuard.class.getName());
        logger.addHandler(handler);
        try {
            for (int i = 0; i < 3; i++) {
                assertEquals("without", guard.orElse("without", () -> {
                    throw new IOException("full");
                }));
            }
            assertEquals(1, lines.get());
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
            assertEquals("without", guard.orElse("without", () -> {
                throw new UncheckedIOException(new IOException("full"));
            }));
            assertEquals(2, lines.get());
            assertEquals(4, bypassed.get());
        } finally {
            logger.removeHandler(handler);
        }
    }
}
