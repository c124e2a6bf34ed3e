package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.RegistryException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FailedLoginsTest {
    private final FailedLogins failures = new FailedLogins(2, Duration.ofMinutes(1), () -> 0);

    @Test
    void what_is_remembered_is_bounded() throws Exception {
        for (int i = 0; i < 30_000; i++) {
            try (FailedLogins.Attempt attempt = failures.begin("address " + i, Optional.of("name " + i))) {
                attempt.failed("guess");
            }
        }
        assertTrue(failures.size() <= 20_000, () -> failures.size() + " are remembered");
    }

    @Test
    void good_logins_are_not_counted() throws Exception {
        for (int i = 0; i < 100; i++) {
            failures.begin("a", Optional.of("n")).close();
        }
        failures.begin("a", Optional.of("n")).close();
    }

    @Test
    void one_guess_again_and_again_is_one_up_to_a_point() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (FailedLogins.Attempt attempt = failures.begin("a", Optional.of("n" + i))) {
                attempt.failed("the same");
            }
        }
        assertThrows(RegistryException.class, () -> failures.begin("a", Optional.of("n")));
    }

    @Test
    void a_refused_attempt_gives_its_place_back() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (FailedLogins.Attempt attempt = failures.begin("a", Optional.empty())) {
                attempt.failed("guess " + i);
            }
        }
        for (int i = 0; i < 50; i++) {
            RegistryException refused =
                    assertThrows(RegistryException.class, () -> failures.begin("a", Optional.empty()));
            assertEquals(429, refused.error().status());
        }
        failures.begin("b", Optional.empty()).close();
    }

    @Test
    void whoever_waits_to_be_checked_can_be_interrupted() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> failures.begin("a", Optional.empty()));
        assertTrue(Thread.interrupted());
    }
}
