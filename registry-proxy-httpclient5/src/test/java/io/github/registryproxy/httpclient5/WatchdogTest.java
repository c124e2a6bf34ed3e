package io.github.registryproxy.httpclient5;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    @Test
    void a_wait_whose_end_fails_leaves_the_others_their_deadline() throws InterruptedException {
        try (Watchdog watchdog = new Watchdog(Duration.ofMillis(40), () -> {})) {
            for (int i = 0; i < 2; i++) {
                CountDownLatch failed = new CountDownLatch(1);
                Watchdog.Wait bad = new Watchdog.Wait(() -> {
                    failed.countDown();
                    throw new AssertionError("in a test");
                });
                bad.atMost(Duration.ofMillis(1));
                watchdog.add(bad);
                assertTrue(failed.await(30, TimeUnit.SECONDS), "ended, round " + i);
            }
        }
    }
}
