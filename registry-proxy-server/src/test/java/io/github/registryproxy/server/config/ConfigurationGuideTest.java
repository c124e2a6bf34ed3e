package io.github.registryproxy.server.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide shows is right. */
class ConfigurationGuideTest {
    private static final Pattern YAML = Pattern.compile("```yaml\\R(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path dir;

    @Test
    void each_piece_of_the_guide_is_a_file() throws IOException {
        Path users = Files.writeString(
                dir.resolve("users"), "alice:$2y$05$fiQXjb5vDTnBW1aSlzlI5O/VSi/aA4akL7XE41OUFDfa1xK5Laqlu\n");
        Matcher pieces = YAML.matcher(Files.readString(Path.of("..", "docs", "guide", "configuration.md")));
        List<String> seen = new ArrayList<>();
        while (pieces.find()) {
            String text = pieces.group(1).replace("/etc/registry/users", users.toString());
            ConfigurationFile file = new ConfigurationFile(Path.of("guide.yaml"), Map.of("HUB_TOKEN", "secret"));
            assertDoesNotThrow(() -> file.parse(text.getBytes(StandardCharsets.UTF_8)), text);
            seen.add(text);
        }
        assertEquals(3, seen.size());
    }
}
