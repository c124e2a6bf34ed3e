package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountPathTest {
    @ParameterizedTest
    @CsvSource({
        "/*, ''",
        "/, ''",
        "'', ''",
        "/v2/*, ''",
        "/v2, ''",
        "/v2/, ''",
        "/_token, ''",
        "/registry/*, /registry",
        "/registry/v2/*, /registry",
        "/registry/_token, /registry",
        "*.do, ''",
        "/healthz, ''"
    })
    void what_is_part_of_the_protocol_is_no_mount(String pattern, String mount) {
        assertEquals(mount, MountPath.ofPattern(pattern));
    }

    @Test
    void only_what_lies_below_the_mount_as_written_is_ours() {
        assertEquals("/v2/a", MountPath.below("/app", "/app/v2/a"));
        assertEquals("/", MountPath.below("/app", "/app"));
        assertEquals("/v2/a%2F;x", MountPath.below("", "/v2/a%2F;x"));
        assertNull(MountPath.below("/app", "/application/v2/a"));
        assertNull(MountPath.below("/app", "/%61pp/v2/a"));
        assertNull(MountPath.below("", "*"));
    }

    @Test
    void an_absolute_target_is_its_path() {
        assertEquals("/v2/a", MountPath.below("/app", "HTTP://evil.example/app/v2/a"));
        assertEquals("/", MountPath.below("", "https://evil.example"));
    }
}
