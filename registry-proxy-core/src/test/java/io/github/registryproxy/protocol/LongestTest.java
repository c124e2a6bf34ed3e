package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each field of the protocol at its longest, and one character longer. */
class LongestTest {
    private static String a(int count) {
        return "a".repeat(count);
    }

    @Test
    void repository_name_has_at_most_255_characters() {
        assertEquals(255, new RepositoryName(a(255)).value().length());
        assertThrows(RegistryException.class, () -> new RepositoryName(a(256)));
    }

    @Test
    void tag_has_at_most_128_characters() {
        assertEquals(128, new Tag(a(128)).value().length());
        assertThrows(RegistryException.class, () -> new Tag(a(129)));
    }

    @Test
    void upload_session_has_at_most_4096_characters() {
        assertEquals(4096, new UploadSession(a(4096)).value().length());
        assertThrows(RegistryException.class, () -> new UploadSession(a(4097)));
    }

    @Test
    void platform_part_has_at_most_64_characters() {
        assertEquals(
                64,
                new Platform("linux", a(64), Optional.empty()).architecture().length());
        assertThrows(IllegalArgumentException.class, () -> new Platform("linux", a(65), Optional.empty()));
    }

    @Test
    void request_target_over_16_KiB_is_414() {
        assertEquals(
                "Other",
                Target.parse("GET", "/" + a(16 * 1024 - 1))
                        .operation()
                        .getClass()
                        .getSimpleName());
        Operation longer = Target.parse("GET", "/" + a(16 * 1024)).operation();
        assertEquals(414, ((Operation.Malformed) longer).error().status());
    }

    @Test
    void challenge_is_read_up_to_16_KiB() {
        String first = "Basic realm=\"a\"";
        String second = ",Bearer realm=\"b\"";
        String blanks = " ".repeat(16 * 1024 - first.length() - second.length());
        assertEquals(
                2, Challenge.parse(java.util.List.of(first + blanks + second)).size());
        assertEquals(
                1,
                Challenge.parse(java.util.List.of(first + blanks + " ".repeat(17) + second))
                        .size());
    }

    @Test
    void rate_limit_over_256_characters_is_ignored() {
        assertEquals(Optional.of(new RateLimit(5, Optional.empty())), RateLimit.parse("5" + " ".repeat(255)));
        assertEquals(Optional.empty(), RateLimit.parse("5" + " ".repeat(256)));
    }

    @Test
    void rate_limit_window_over_366_days_is_ignored() {
        long most = Duration.ofDays(366).toSeconds();
        assertEquals(
                Optional.of(Duration.ofDays(366)),
                RateLimit.parse("5;w=" + most).orElseThrow().window());
        assertEquals(
                Optional.empty(),
                RateLimit.parse("5;w=" + (most + 1)).orElseThrow().window());
    }

    @Test
    void error_message_is_cut_after_512_characters() {
        assertEquals(512, ErrorCode.UNKNOWN.because(a(512)).message().length());
        assertEquals(512, ErrorCode.UNKNOWN.because(a(513)).message().length());
    }
}
