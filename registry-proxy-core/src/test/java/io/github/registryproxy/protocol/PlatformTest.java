package io.github.registryproxy.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "Linux/X86_64, linux/amd64",
        "linux/x86-64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "linux/i386, linux/386",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v9, linux/arm64/v9",
        "linux/arm, linux/arm/v7",
        "linux/arm/6, linux/arm/v6",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "macos/arm64, darwin/arm64",
        "wasi/wasm, wasi/wasm",
        "linux/riscv64, linux/riscv64",
    })
    void spellings_of_a_platform_are_one(String written, String platform) {
        assertEquals(platform, Platform.parse(written).toString());
        assertEquals(Platform.parse(platform), Platform.parse(written));
        assertEquals(Platform.parse(platform), Platform.parse(platform.toUpperCase(Locale.ROOT)));
    }

    @Test
    void variants_tell_platforms_apart() {
        assertNotEquals(Platform.parse("linux/arm/v6"), Platform.parse("linux/arm/v7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "linux",
                "linux/",
                "/amd64",
                "linux/arm/v7/x",
                "linux/arm/",
                "linux amd64",
                "linux/*",
                "li nux/a"
            })
    void what_is_no_platform_is_refused_with_what_is_expected(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Platform.parse(text))
                .getMessage();
        assertTrue(message.startsWith("'" + text + "'"), message);
        assertTrue(message.endsWith("such as linux/amd64 or linux/arm/v7"), message);
    }

    @Test
    void a_part_has_a_longest() {
        assertThrows(IllegalArgumentException.class, () -> Platform.parse("linux/" + "a".repeat(65)));
    }
}
