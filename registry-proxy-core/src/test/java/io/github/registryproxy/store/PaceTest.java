package io.github.registryproxy.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PaceTest {
    private static final int STEPS = Pace.AT_ONCE + 2;

    private final Pace pace = new Pace();

    private int walk() {
        for (int i = 0; i < STEPS; i++) {
            try {
                pace.step();
            } catch (IOException e) {
                return i;
            }
        }
        return STEPS;
    }

    @Test
    void who_waits_in_the_middle_goes_on_when_somebody_is_in_a_hurry() {
        CompletableFuture<Integer> walked = CompletableFuture.supplyAsync(this::walk);
        pace.hurry();
        assertEquals(STEPS, walked.join());
        assertEquals(STEPS, walk());
    }

    @Test
    void who_waits_in_the_middle_ends_when_the_store_is_left() {
        CompletableFuture<Integer> walked = CompletableFuture.supplyAsync(this::walk);
        pace.leave();
        walked.join();
        assertThrows(IOException.class, pace::step);
    }
}
