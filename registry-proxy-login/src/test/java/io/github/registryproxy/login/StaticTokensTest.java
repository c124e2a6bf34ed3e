package io.github.registryproxy.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Identity;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StaticTokensTest {
    private static final Identity CI = new Identity("ci", Set.of("builders"));
    private final StaticTokens tokens = StaticTokens.builder()
            .token(CI, "0123456789abcdef")
            .token(Identity.of("cd"), "fedcba9876543210")
            .build();

    @Test
    void a_token_is_shown_as_bearer_or_as_the_password_to_any_name() {
        assertEquals(Optional.of(CI), tokens.identify(new Proof.Bearer("0123456789abcdef")));
        assertEquals(Optional.of(CI), tokens.identify(new Proof.Password("token", "0123456789abcdef")));
        assertEquals(Optional.of(Identity.of("cd")), tokens.identify(new Proof.Bearer("fedcba9876543210")));
    }

    @Test
    void nothing_else_counts() {
        assertEquals(Optional.empty(), tokens.identify(new Proof.Bearer("0123456789abcdeF")));
        assertEquals(Optional.empty(), tokens.identify(new Proof.Bearer("")));
        assertEquals(Optional.empty(), tokens.identify(new Proof.Password("0123456789abcdef", "ci")));
    }

    @Test
    void a_token_that_can_be_guessed_is_refused_and_not_shown() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> StaticTokens.builder().token(CI, "hunter2"))
                .getMessage();
        assertTrue(message.contains("16 characters"), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void a_token_is_one_s_own() {
        assertThrows(
                IllegalArgumentException.class,
                () -> StaticTokens.builder()
                        .token(CI, "0123456789abcdef")
                        .token(Identity.of("other"), "0123456789abcdef"));
    }
}
