package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.store.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GarbageCollectorTest {
    private static final byte[] LAYER = Hosting.bytes("layer");
    private static final byte[] OTHER = Hosting.bytes("other layer");

    @TempDir
    private Path directory;

    private Hosting hosting;

    @BeforeEach
    void open() throws IOException {
        hosting = new Hosting(directory.resolve("hosted"));
    }

    @AfterEach
    void close() throws IOException {
        hosting.close();
    }

    private Collected collect() throws IOException {
        return GarbageCollector.builder(hosting.store)
                .grace(Duration.ofHours(1))
                .build()
                .run();
    }

    private Collected collectUntagged() throws IOException {
        return GarbageCollector.builder(hosting.store)
                .grace(Duration.ofHours(1))
                .untaggedAfter(Duration.ofHours(1))
                .build()
                .run();
    }

    private void hours(long hours) {
        hosting.clock().advance(Duration.ofHours(hours));
    }

    private int head(String repository, Digest blob) throws IOException {
        return hosting.send("HEAD", "/v2/" + repository + "/blobs/" + blob, new byte[0])
                .status();
    }

    private void assertClean() throws IOException {
        assertEquals(List.of(), hosting.store.check(Progress.NONE).problems());
    }

    @Test
    void what_a_manifest_names_stays() throws IOException {
        hosting.image("app", "1", LAYER);
        hours(100);

        assertEquals(new Collected(0, 0, 0, 0, 0), collect());
        assertEquals(200, head("app", Hosting.sha256(LAYER)));
        assertClean();
    }

    @Test
    void a_blob_that_no_manifest_names_goes_after_the_grace_period_and_its_content_after_another() throws IOException {
        Digest blob = hosting.blob("app", OTHER);
        assertEquals(0, collect().blobs());
        hours(2);

        assertEquals(1, collect().blobs());
        assertEquals(404, head("app", blob));
        assertTrue(hosting.store.content().size(blob).isPresent());
        hours(2);
        Collected second = collect();
        assertEquals(1, second.contents());
        assertTrue(hosting.store.content().size(blob).isEmpty());
        assertEquals(0, hosting.store.usage().repositories());
    }

    @Test
    void asking_for_a_blob_begins_its_grace_period_anew() throws IOException {
        Digest blob = hosting.blob("app", OTHER);
        hours(2);
        assertEquals(200, head("app", blob));

        assertEquals(0, collect().blobs());
        assertEquals(200, head("app", blob));
    }

    @Test
    void after_a_restart_the_grace_period_begins_anew() throws IOException {
        Digest blob = hosting.blob("app", OTHER);
        hours(2);
        hosting.restart();

        assertEquals(0, collect().blobs());
        hours(2);
        assertEquals(1, collect().blobs());
        assertEquals(404, head("app", blob));
    }

    @Test
    void content_that_another_repository_has_stays() throws IOException {
        hosting.image("app", "1", LAYER);
        Digest layer = hosting.blob("other", LAYER);
        hours(2);
        assertEquals(1, collect().blobs());
        hours(2);

        assertEquals(0, collect().contents());
        assertEquals(404, head("other", layer));
        assertEquals(200, head("app", layer));
        assertClean();
    }

    @Test
    void a_deleted_image_s_content_goes_and_what_it_shared_stays() throws IOException {
        Digest image = hosting.image("app", "1", OTHER);
        hosting.image("app", "2", LAYER);
        assertEquals(
                202,
                hosting.send("DELETE", "/v2/app/manifests/" + image, new byte[0])
                        .status());
        hours(2);
        assertEquals(1, collect().blobs());
        hours(2);
        assertEquals(1, collect().contents());

        assertEquals(200, head("app", Hosting.sha256(Hosting.CONFIG)));
        assertEquals(200, hosting.get("/v2/app/manifests/2").status());
        assertTrue(hosting.store.content().size(Hosting.sha256(OTHER)).isEmpty());
        assertTrue(hosting.store.content().size(image).isEmpty());
        assertClean();
    }

    @Test
    void content_pushed_again_while_it_waits_for_its_end_stays() throws IOException {
        Digest blob = hosting.blob("app", OTHER);
        hours(2);
        assertEquals(1, collect().blobs());
        hosting.blob("app", OTHER);
        hours(1);

        assertEquals(0, collect().contents());
        assertEquals(200, head("app", blob));
        assertClean();
    }

    @Test
    void untagged_manifests_stay_unless_set_and_then_go_with_what_they_name() throws IOException {
        Digest first = hosting.image("app", "latest", OTHER);
        Digest second = hosting.image("app", "latest", LAYER);
        hours(2);
        assertEquals(0, collect().manifests());
        assertEquals(200, hosting.get("/v2/app/manifests/" + first).status());

        assertEquals(1, collectUntagged().manifests());
        assertEquals(404, hosting.get("/v2/app/manifests/" + first).status());
        assertEquals(200, hosting.get("/v2/app/manifests/" + second).status());
        assertClean();
    }

    @Test
    void what_an_index_lists_and_what_refers_to_something_that_is_there_is_not_untagged() throws IOException {
        byte[] image = Hosting.image(LAYER, "");
        Digest child = hosting.image("app", "child", LAYER);
        assertEquals(
                201,
                hosting.index("app", "both", Hosting.index(child, image.length)).status());
        assertEquals(
                202,
                hosting.send("DELETE", "/v2/app/manifests/child", new byte[0]).status());
        byte[] signature =
                Hosting.image(LAYER, ",\"subject\":{\"mediaType\":\"a/b\",\"digest\":\"" + child + "\",\"size\":1}");
        assertEquals(
                201,
                hosting.manifest("app", Hosting.sha256(signature).toString(), signature)
                        .status());
        hours(2);

        assertEquals(0, collectUntagged().manifests());
        assertTrue(hosting.get("/v2/app/referrers/" + child)
                .text()
                .contains(Hosting.sha256(signature).toString()));
    }

    @Test
    void uploads_that_nobody_goes_on_with_end() throws IOException {
        Hosting.Answer begun = hosting.send("POST", "/v2/app/blobs/uploads/", new byte[0]);
        assertEquals(0, collect().uploads());
        hours(30);

        assertEquals(1, collect().uploads());
        assertEquals(404, hosting.get(begun.header("Location")).status());
    }

    @Test
    void while_a_journal_is_damaged_no_content_is_deleted() throws IOException {
        hosting.image("app", "1", LAYER);
        Digest orphan = hosting.blob("other", OTHER);
        hosting.close();
        Path journal = directory.resolve("hosted/repositories/app/_journal");
        List<String> lines = Files.readAllLines(journal);
        lines.set(1, lines.get(1).replace("blob", "blub"));
        Files.write(journal, lines);
        hosting.open();
        hours(2);
        collect();
        hours(2);

        assertEquals(0, collect().contents());
        assertTrue(hosting.store.content().size(orphan).isPresent());
        assertEquals(1, hosting.store.check(Progress.NONE).problems().size());
    }

    @Test
    void times_that_are_none_are_refused() {
        GarbageCollector.Builder builder = GarbageCollector.builder(hosting.store);
        assertThrows(IllegalArgumentException.class, () -> builder.grace(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.untaggedAfter(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.uploadsAfter(Duration.ZERO));
    }
}
