package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestTypeTest {
    @Test
    void manifest_type_has_at_most_255_characters() {
        String longest = "application/" + "x".repeat(255 - "application/+json".length()) + "+json";
        assertTrue(new MediaType(longest).isManifestSafe());
        assertFalse(new MediaType(longest.replace("+json", "x+json")).isManifestSafe());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/a+json", "APPLICATION/JSON", "application/x+prettyjws"})
    void json_of_application_is_safe(String type) {
        assertTrue(new MediaType(type).isManifestSafe());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/html", "text/json", "image/svg+xml", "application/xml", "application/+json", "json", ""})
    void all_else_is_not(String type) {
        assertFalse(new MediaType(type).isManifestSafe());
    }
}
