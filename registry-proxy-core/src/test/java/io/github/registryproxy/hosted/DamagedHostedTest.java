package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.DamagedContentException;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedHostedTest {
    private static final byte[] LAYER = new byte[300_000];

    static {
        new Random(1).nextBytes(LAYER);
    }

    @TempDir
    Path directory;

    private Hosting hosting;
    private Digest image;
    private final Digest layer = Hosting.sha256(LAYER);

    @BeforeEach
    void open() throws IOException {
        hosting = new Hosting(directory.resolve("hosted"));
        image = hosting.image("app", "1", LAYER);
    }

    @AfterEach
    void close() throws IOException {
        hosting.close();
    }

    private void restart() throws IOException {
        hosting.restart();
    }

    private Path file(Digest digest) {
        return directory
                .resolve("hosted/content/sha256")
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }

    private void flip(Digest digest, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file(digest));
        bytes[at] ^= 1;
        Files.write(file(digest), bytes);
    }

    private int status(String method, String target) throws IOException {
        return hosting.send(method, target, new byte[0]).status();
    }

    private List<String> problems() throws IOException {
        return hosting.store.check(Progress.NONE).problems();
    }

    @Test
    void damaged_blob_breaks_off_and_is_unknown_until_it_is_pushed_again() throws IOException {
        String blob = "/v2/app/blobs/" + layer;
        flip(layer, 200_000);

        assertThrows(DamagedContentException.class, () -> hosting.get(blob));

        for (int i = 0; i < 2; i++) {
            assertEquals(404, status("GET", blob));
            assertEquals(404, status("HEAD", blob));
            assertEquals(202, status("POST", "/v2/other/blobs/uploads/?from=app&mount=" + layer));
            assertEquals(1, hosting.store.damaged());
            assertEquals(
                    List.of("the blob " + layer + " of app does not hash to its digest: push it again"), problems());
            restart();
        }
        hosting.blob("app", LAYER);
        assertArrayEquals(LAYER, hosting.get(blob).body());
        assertEquals(0, hosting.store.damaged());
        assertEquals(List.of(), problems());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 299_999, 300_001, 400_000})
    void blob_of_another_size_is_unknown_until_it_is_pushed_again(int size) throws IOException {
        for (boolean restarted : new boolean[] {false, true}) {
            Files.write(file(layer), Arrays.copyOf(LAYER, size));
            if (restarted) {
                restart();
            }
            assertEquals(404, status("HEAD", "/v2/app/blobs/" + layer));
            assertEquals(404, status("GET", "/v2/app/blobs/" + layer));
            assertEquals(1, hosting.store.damaged());
            assertEquals(1, problems().size());
            hosting.blob("app", LAYER);
            assertArrayEquals(LAYER, hosting.get("/v2/app/blobs/" + layer).body());
        }
    }

    @Test
    void damaged_manifest_is_unknown_until_it_is_pushed_again() throws IOException {
        byte[] json = hosting.get("/v2/app/manifests/1").body();
        restart();
        flip(image, 100);

        for (int i = 0; i < 2; i++) {
            assertEquals(404, status("GET", "/v2/app/manifests/1"));
            assertEquals(404, status("HEAD", "/v2/app/manifests/" + image));
            assertEquals(1, hosting.store.damaged());
            assertEquals(
                    List.of("the manifest " + image + " of app does not hash to its digest: push it again"),
                    problems());
            restart();
        }
        assertEquals(201, hosting.manifest("app", "1", json).status());
        assertArrayEquals(json, hosting.get("/v2/app/manifests/1").body());
        assertEquals(List.of(), problems());
    }

    @Test
    void manifest_that_is_damaged_unnoticed_is_replaced_by_a_push() throws IOException {
        byte[] json = hosting.get("/v2/app/manifests/1").body();
        flip(image, 100);

        assertEquals(201, hosting.manifest("app", "1", json).status());

        assertEquals(List.of(), problems());
        restart();
        assertArrayEquals(json, hosting.get("/v2/app/manifests/1").body());
    }

    @Test
    void manifest_is_hashed_when_it_is_read_whatever_its_checksums_say() throws IOException {
        byte[] json = Hosting.image(LAYER, ",\"annotations\":{\"a\":\"" + "b".repeat(70_000) + "\"}");
        Digest manifest = Hosting.sha256(json);
        assertEquals(201, hosting.manifest("app", "2", json).status());
        byte[] wrong = json.clone();
        wrong[json.length - 10] ^= 1;
        Digest other = hosting.blob("app", wrong);
        ByteBuffer sums = ByteBuffer.wrap(Files.readAllBytes(sums(other)));
        sums.put(22, manifest.toString().getBytes(StandardCharsets.US_ASCII));
        CRC32C checksum = new CRC32C();
        checksum.update(sums.array(), 0, sums.capacity() - 4);
        sums.putInt(sums.capacity() - 4, (int) checksum.getValue());
        restart();
        Files.write(file(manifest), wrong);
        Files.write(sums(manifest), sums.array());

        assertEquals(404, status("GET", "/v2/app/manifests/2"));

        assertEquals(1, hosting.store.damaged());
    }

    private Path sums(Digest digest) {
        return directory
                .resolve("hosted/content/sums/sha256")
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }

    @Test
    void manifest_in_memory_is_unknown_once_its_file_is_known_to_be_damaged() throws IOException {
        hosting.get("/v2/app/manifests/1");
        flip(image, 100);

        assertEquals(1, problems().size());

        assertEquals(404, status("HEAD", "/v2/app/manifests/1"));
    }

    @Test
    void check_sets_damaged_content_aside_that_nobody_has_pulled() throws IOException {
        flip(layer, 0);
        Digest orphan = hosting.blob("gone", new byte[70_000]);
        assertEquals(202, status("DELETE", "/v2/gone/blobs/" + orphan));
        flip(orphan, 66_000);

        List<String> problems = problems();

        assertEquals(2, problems.size(), problems::toString);
        assertTrue(problems.contains("content " + orphan + " does not hash to its digest: push it again"));
        assertEquals(2, hosting.store.damaged());
        assertEquals(problems, problems());
    }

    @Test
    void damaged_content_that_nothing_names_is_collected() throws IOException {
        Digest orphan = hosting.blob("gone", new byte[70_000]);
        assertEquals(202, status("DELETE", "/v2/gone/blobs/" + orphan));
        flip(orphan, 66_000);
        assertEquals(1, problems().size());
        restart();
        hosting.clock().advance(Duration.ofHours(2));

        GarbageCollector.builder(hosting.store).build().run();

        assertEquals(0, hosting.store.damaged());
        assertEquals(List.of(), problems());
        assertFalse(Files.exists(file(orphan)));
        try (var left = Files.list(directory.resolve("hosted/content/damaged"))) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void damaged_content_that_a_repository_names_is_not_collected() throws IOException {
        flip(layer, 0);
        assertEquals(1, problems().size());
        hosting.clock().advance(Duration.ofHours(2));

        GarbageCollector.builder(hosting.store).build().run();

        assertEquals(1, hosting.store.damaged());
    }
}
