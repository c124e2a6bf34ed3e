package io.github.registryproxy.tests.guide;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Facade;
import io.github.registryproxy.facade.SettingSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes of the guide start: their settings are such, and agree with each other. */
class CredentialsGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "guide", "credentials.md");
    private static final Pattern SHELL = Pattern.compile("```sh\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Z_]+)=(\\S+)");

    @TempDir
    private Path secrets;

    /** The lines that end by starting the server, with what they go on from. */
    static List<String> recipes() throws IOException {
        return SHELL.matcher(Files.readString(GUIDE))
                .results()
                .map(block -> block.group(1).replaceAll("\\\\\\R\\s*", ""))
                .flatMap(String::lines)
                .filter(line -> line.endsWith(" rp"))
                .toList();
    }

    private static Map<String, String> settings(String recipe) {
        Map<String, String> settings = new HashMap<>();
        Matcher assignment = ASSIGNMENT.matcher(recipe);
        while (assignment.find()) {
            settings.put(assignment.group(1), assignment.group(2));
        }
        return settings;
    }

    @Test
    void each_registry_has_one() throws IOException {
        Set<String> hosts = new HashSet<>();
        recipes().forEach(recipe -> hosts.add(settings(recipe).get("REGISTRY_HOST")));
        assertEquals(
                Set.of(
                        "europe-docker.pkg.dev",
                        "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
                        "public.ecr.aws",
                        "example.azurecr.io",
                        "ghcr.io",
                        "registry.gitlab.com",
                        "registry.example.com",
                        "quay.io",
                        "registry-1.docker.io"),
                hosts);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void a_recipe_starts(String recipe) throws IOException {
        Map<String, String> settings = settings(recipe);
        assertTrue(settings.keySet().containsAll(Set.of("REGISTRY_HOST", "REPO_PREFIX")), recipe);
        settings.replaceAll((name, value) -> value.startsWith("/secrets") ? secret(value) : value);

        assertDoesNotThrow(() -> Facade.of(SettingSource.environment(settings)).close());
    }

    /** What would be mounted there. */
    private String secret(String path) {
        try {
            if (path.equals("/secrets")) {
                Files.writeString(
                        secrets.resolve("config.json"), "{\"auths\":{\"registry.example.com\":{\"auth\":\"dTpw\"}}}");
                return secrets.toString();
            }
            String name = path.substring("/secrets/".length());
            return Files.writeString(secrets.resolve(name), "word\n").toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
