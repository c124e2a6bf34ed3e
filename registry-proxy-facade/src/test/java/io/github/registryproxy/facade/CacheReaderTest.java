package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.model.CacheTuning;
import io.github.registryproxy.facade.model.Keeping;
import io.github.registryproxy.store.DirectoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheReaderTest {
    @TempDir
    Path directory;

    private static CacheReader reader(Map<String, String> environment) {
        return new CacheReader(new GivenSettings(List.of(SettingSource.environment(environment))));
    }

    private static Optional<Keeping> read(Map<String, String> environment) throws SettingException {
        Optional<Keeping> keeping = reader(environment).keeping("r");
        assertEquals(keeping.isPresent(), reader(environment).caching().isPresent());
        return keeping;
    }

    private static Facade start(Map<String, String> environment) throws SettingException {
        Map<String, String> all = new HashMap<>(environment);
        all.put("REGISTRY_HOST", "gcr.io");
        return Facade.of(SettingSource.environment(all));
    }

    @Test
    void nothing_is_kept_unless_it_is_said_where() throws SettingException {
        assertTrue(read(Map.of()).isEmpty());
    }

    @Test
    void a_directory_has_memory_in_front() throws Exception {
        Map<String, String> environment = Map.of("CACHE_DIR", directory.toString(), "TAG_TTL", "10m");
        Keeping keeping = read(environment).orElseThrow();
        assertEquals(Optional.of(directory), keeping.cache());
        assertEquals(64 * 1024 * 1024, keeping.memory());
        assertEquals(Duration.ofMinutes(10), reader(environment).policy().tagTtl());
        try (Facade facade = start(environment)) {
            assertEquals(
                    Optional.of(directory.toRealPath()),
                    facade.cache().orElseThrow().directory());
        }
    }

    @Test
    void blobs_come_over_one_connection_and_to_their_end_unless_it_is_said_otherwise() throws Exception {
        CacheTuning usual = reader(Map.of("CACHE_MEMORY", "64MiB")).caching().orElseThrow();
        assertEquals(1, usual.fetches());
        assertTrue(usual.fillAlone());
        CacheTuning caching = reader(
                        Map.of("CACHE_DIR", directory.toString(), "CACHE_FETCHES", "8", "CACHE_FILL_ALONE", "false"))
                .caching()
                .orElseThrow();
        assertEquals(8, caching.fetches());
        assertFalse(caching.fillAlone());
    }

    @Test
    void pieces_need_a_directory() {
        Map<String, String> environment = Map.of("CACHE_MEMORY", "64MiB", "CACHE_FETCHES", "2");
        String message =
                assertThrows(SettingException.class, () -> read(environment)).getMessage();
        assertTrue(message.contains("CACHE_DIR"), message);
    }

    @Test
    void memory_may_be_all() throws Exception {
        Map<String, String> environment = Map.of("CACHE_MEMORY", "128 MiB");
        Keeping keeping = read(environment).orElseThrow();
        assertEquals(Optional.empty(), keeping.cache());
        assertEquals(128 * 1024 * 1024, keeping.memory());
        assertEquals(Duration.ofSeconds(60), reader(environment).policy().tagTtl());
        try (Facade facade = start(environment)) {
            assertEquals(Optional.empty(), facade.cache().orElseThrow().directory());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CACHE_SIZE | 20GB | a size from 64MiB",
                "CACHE_SIZE | 1MiB | a size from 64MiB",
                "CACHE_SIZE | 99999999999999999999 | a size from 64MiB",
                "CACHE_SIZE | 999999999999TiB | a size from 64MiB",
                "CACHE_SIZE | -1 | a size from 64MiB",
                "CACHE_MEMORY | 64K | a size from 1MiB",
                "CACHE_FETCHES | 0 | a number from 1 to 16",
                "CACHE_FETCHES | 17 | a number from 1 to 16",
                "CACHE_FETCHES | 4KiB | a number from 1 to 16",
                "CACHE_FILL_ALONE | maybe | true or false",
                "TAG_TTL | soon | a time such as 60s",
                "TAG_TTL | 366d | a time such as 60s"
            })
    void an_amount_that_is_none_is_told_with_its_value(String setting, String value, String expected) {
        Map<String, String> environment = new HashMap<>(Map.of("CACHE_DIR", directory.toString()));
        environment.put(setting, value);
        String message =
                assertThrows(SettingException.class, () -> read(environment)).getMessage();
        assertTrue(message.startsWith(setting + "=" + value), message);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void a_size_without_a_place_is_a_mistake() {
        for (String setting : List.of("CACHE_SIZE", "TAG_TTL", "CACHE_FETCHES", "CACHE_FILL_ALONE")) {
            String message = assertThrows(SettingException.class, () -> read(Map.of(setting, "70")))
                    .getMessage();
            assertTrue(message.contains("CACHE_DIR"), message);
        }
    }

    @Test
    void a_directory_of_somebody_else_is_left_alone() throws IOException {
        Files.writeString(directory.resolve("thesis.txt"), "mine");
        String message = assertThrows(SettingException.class, () -> start(Map.of("CACHE_DIR", directory.toString())))
                .getMessage();
        assertTrue(message.startsWith("CACHE_DIR=" + directory), message);
        assertEquals(-1, message.indexOf('\n'));
    }

    @Test
    void a_directory_in_use_is_refused() throws Exception {
        try (DirectoryStore other = DirectoryStore.open(directory, DirectoryStore.LEAST_CAPACITY)) {
            assertThrows(SettingException.class, () -> start(Map.of("CACHE_DIR", directory.toString())));
            assertEquals(0, other.bytes());
        }
    }

    @Test
    void what_is_redirected_cannot_be_kept() {
        Map<String, String> environment =
                Map.of("REGISTRY_HOST", "gcr.io", "CACHE_MEMORY", "64MiB", "BLOB_DELIVERY", "redirect");
        String message = assertThrows(SettingException.class, () -> Facade.of(SettingSource.environment(environment)))
                .getMessage();
        assertTrue(message.contains("BLOB_DELIVERY") && message.contains("CACHE_MEMORY"), message);
    }
}
