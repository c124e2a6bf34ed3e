package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.hosted.Hosting.Answer;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.Progress;
import io.github.registryproxy.store.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class FullDiskTest {
    private static final int MIB = SmallDisk.MIB;

    @RegisterExtension
    private final SmallDisk disk = new SmallDisk();

    @Test
    void a_push_that_finds_no_room_is_told_so_and_what_was_there_stays() throws Exception {
        Random random = new Random(1);
        try (Hosting hosting = new Hosting(disk.directory().resolve("hosted"))) {
            Digest kept = hosting.image("app", "1", new byte[MIB]);
            for (int round = 0; round < 50; round++) {
                Path filler = disk.directory().resolve("filler");
                try {
                    Files.write(filler, new byte[4 * MIB + random.nextInt(MIB)]);
                } catch (IOException e) {
                    assertTrue(Files.exists(filler)); // full to the last byte
                }
                byte[] layer = new byte[2 * MIB];
                random.nextBytes(layer);
                Answer full = hosting.send("POST", "/v2/app/blobs/uploads/?digest=" + Hosting.sha256(layer), layer);
                assertEquals(507, full.status(), full::text);
                assertTrue(full.text().contains("DENIED") && full.text().contains("full"), full::text);
                Files.delete(filler);
                assertEquals(0, hosting.store.usage().uploads());
                assertEquals(
                        404,
                        hosting.get("/v2/app/blobs/" + Hosting.sha256(layer)).status());
                assertEquals(kept.toString(), hosting.get("/v2/app/manifests/1").header("Docker-Content-Digest"));
            }
            hosting.image("app", "2", new byte[2 * MIB]);
            assertEquals(List.of(), hosting.store.check(Progress.NONE).problems());
            hosting.restart();
            assertEquals(200, hosting.get("/v2/app/manifests/2").status());
        }
    }

    @Test
    void a_manifest_that_finds_no_room_leaves_the_tag_where_it_was() throws Exception {
        try (Hosting hosting = new Hosting(disk.directory().resolve("hosted"))) {
            Digest first = hosting.image("app", "1", new byte[1000]);
            byte[] layer = Hosting.bytes("next");
            hosting.blob("app", layer);
            Path filler = disk.directory().resolve("filler");
            try {
                Files.write(filler, new byte[7 * MIB]);
            } catch (IOException e) {
                assertTrue(Files.exists(filler));
            }

            Answer full = hosting.manifest(
                    "app", "1", Hosting.image(layer, ",\"annotations\":{\"x\":\"" + "y".repeat(9000) + "\"}"));
            assertEquals(507, full.status(), full::text);
            Files.delete(filler);
            assertEquals(first.toString(), hosting.get("/v2/app/manifests/1").header("Docker-Content-Digest"));
            assertEquals(
                    201, hosting.manifest("app", "1", Hosting.image(layer, "")).status());
            hosting.restart();
            assertEquals(
                    Hosting.sha256(Hosting.image(layer, "")).toString(),
                    hosting.get("/v2/app/manifests/1").header("Docker-Content-Digest"));
        }
    }
}
