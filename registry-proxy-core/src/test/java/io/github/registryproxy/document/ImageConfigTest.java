package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.Platform;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageConfigTest {
    private static ImageConfig read(String json) throws ManifestRefusedException {
        return ImageConfig.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void platform_and_diff_ids_are_read_and_the_rest_passed_over() throws Exception {
        Digest layer = Digest.parse("sha256:" + "1".repeat(64));
        ImageConfig config =
                read("{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\",\"config\":{\"Env\":[\"A=b\"],"
                        + "\"Labels\":{\"OS\":\"x\",\"os\":\"y\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + layer
                        + "\"]},\"history\":[{}],\"x\":[[{}]]}");
        assertEquals(Optional.of(Platform.parse("linux/arm64/v8")), config.platform());
        assertEquals(Set.of(layer), config.diffIds());
        assertFalse(config.bare());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"architecture\":\"\",\"os\":\"\"}",
                "{\"architecture\":\"unknown\",\"os\":\"unknown\",\"config\":{}}",
                "{\"architecture\":null,\"config\":null,\"rootfs\":null}",
                "{\"author\":\"x\",\"created\":\"y\",\"history\":[{}],\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null}}"
            })
    void config_that_says_nothing_to_run_is_bare(String json) throws Exception {
        assertTrue(read(json).bare());
        assertEquals(Optional.empty(), read(json).platform());
    }

    @Test
    void config_of_over_4096_layers_is_not_bare() throws Exception {
        String layer = "\"sha256:" + "1".repeat(64) + "\"";
        for (int layers : new int[] {1, 5000}) {
            String all = String.join(",", java.util.Collections.nCopies(layers, layer.replace("1", "%d")));
            Object[] numbers = new Object[layers * 64];
            for (int i = 0; i < layers; i++) {
                for (int j = 0; j < 64; j++) {
                    numbers[i * 64 + j] = (i >> (j % 16)) & 1;
                }
            }
            String config = "{\"rootfs\":{\"diff_ids\":[" + all.formatted(numbers) + "]}}";
            assertEquals(layers == 1, read(config).bare());
        }
    }

    @Test
    void no_field_occurs_twice_or_in_another_case() {
        for (String name :
                new String[] {"architecture", "os", "variant", "rootfs", "config", "history", "os.version"}) {
            String upper = name.toUpperCase(Locale.ROOT);
            for (String json : new String[] {
                "{\"" + name + "\":null,\"" + name + "\":null}",
                "{\"" + upper + "\":null}",
                "{\"" + name + "\":null,\"" + upper + "\":null}"
            }) {
                assertThrows(ManifestRefusedException.class, () -> read(json), json);
            }
        }
        for (String json :
                new String[] {"", "[]", "{", "{}{}", "{\"x\":1,\"x\":2}", "{\"rootfs\":{\"Diff_ids\":[]}}"}) {
            assertThrows(ManifestRefusedException.class, () -> read(json), json);
        }
    }
}
