package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.hosted.Hosting.Answer;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.RepositoryName;
import io.github.registryproxy.store.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract of the specification, in the tests' module, does not say: settings, failures, restarts. */
final class HostedRegistryTest {
    private static final byte[] LAYER = Hosting.bytes("layer");

    @TempDir
    private Path directory;

    private Hosting hosting;

    @AfterEach
    void close() throws IOException {
        hosting.close();
    }

    private void open(UnaryOperator<HostedRegistry.Builder> settings) throws IOException {
        hosting = new Hosting(directory.resolve("hosted"), settings);
    }

    private void open() throws IOException {
        open(builder -> builder);
    }

    private static void assertRefused(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer::text);
        assertTrue(answer.text().contains("\"" + code + "\""), answer::text);
    }

    private Answer put(String location, Digest digest, byte[] rest) throws IOException {
        return hosting.send("PUT", location + "?digest=" + digest, rest);
    }

    private Answer chunk(String location, String range, byte[] bytes) throws IOException {
        Headers headers = Headers.of(HeaderNames.CONTENT_RANGE, range);
        return hosting.send("PATCH", location, headers, Body.of(bytes));
    }

    private String begin(String repository) throws IOException {
        Answer begun = hosting.send("POST", "/v2/" + repository + "/blobs/uploads/", new byte[0]);
        assertEquals(202, begun.status());
        return begun.header("Location");
    }

    @Test
    void everything_acknowledged_is_there_after_a_restart() throws IOException {
        open();
        Digest image = hosting.image("team/app", "1.0", LAYER);
        Digest second = hosting.image("team/app", "2.0", Hosting.bytes("second"));
        hosting.send("DELETE", "/v2/team/app/manifests/2.0", new byte[0]);
        String upload = begin("team/app");
        chunk(upload, "0-2", Hosting.bytes("abc"));
        hosting.restart();

        Answer pulled = hosting.get("/v2/team/app/manifests/1.0");
        assertArrayEquals(Hosting.image(LAYER, ""), pulled.body());
        assertEquals(image.toString(), pulled.header("Docker-Content-Digest"));
        assertEquals(
                "{\"name\":\"team/app\",\"tags\":[\"1.0\"]}",
                hosting.get("/v2/team/app/tags/list").text());
        assertEquals(200, hosting.get("/v2/team/app/manifests/" + second).status());
        assertArrayEquals(
                LAYER,
                hosting.get("/v2/team/app/blobs/" + Hosting.sha256(LAYER)).body());
        assertEquals(
                201,
                put(upload, Hosting.sha256(Hosting.bytes("abcdef")), Hosting.bytes("def"))
                        .status());
        assertTrue(hosting.store.check(Progress.NONE).isClean());
    }

    @Test
    void a_client_that_goes_away_leaves_what_it_has_sent_and_goes_on_there() throws IOException {
        open();
        String upload = begin("app");
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(Hosting.bytes("abc")), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        });
        assertThrows(
                IOException.class,
                () -> hosting.send("PATCH", upload, Headers.EMPTY, Body.of(broken, OptionalLong.of(6))));

        Answer status = hosting.get(upload);
        assertEquals(204, status.status());
        assertEquals("0-2", status.header("Range"));
        assertEquals(202, chunk(upload, "3-5", Hosting.bytes("def")).status());
        assertEquals(
                201,
                put(upload, Hosting.sha256(Hosting.bytes("abcdef")), new byte[0])
                        .status());
    }

    @Test
    void a_single_post_that_breaks_off_leaves_nothing() throws IOException {
        open();
        InputStream broken = new InputStream() {
            private int left = 100;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("connection reset");
                }
                return 'x';
            }
        };
        Digest digest = Hosting.sha256(LAYER);
        assertThrows(
                IOException.class,
                () -> hosting.send(
                        "POST",
                        "/v2/app/blobs/uploads/?digest=" + digest,
                        Headers.EMPTY,
                        Body.of(broken, OptionalLong.of(200))));

        assertEquals(0, hosting.store.usage().uploads());
        assertEquals(0, hosting.store.usage().entries());
    }

    @Test
    void lengths_that_contradict_each_other_are_refused() throws IOException {
        open();
        String upload = begin("app");

        assertRefused(400, "SIZE_INVALID", chunk(upload, "0-9", Hosting.bytes("abc")));
        assertRefused(400, "BLOB_UPLOAD_INVALID", chunk(upload, "9-0", Hosting.bytes("abc")));
        assertRefused(400, "BLOB_UPLOAD_INVALID", chunk(upload, "all of it", Hosting.bytes("abc")));
        Answer outOfOrder = chunk(upload, "3-5", Hosting.bytes("abc"));
        assertRefused(416, "BLOB_UPLOAD_INVALID", outOfOrder);
        assertEquals(upload, outOfOrder.header("Location"));
        assertEquals(202, chunk(upload, "0-2", Hosting.bytes("abc")).status());
    }

    @Test
    void a_manifest_that_names_what_is_not_there_is_refused_by_digest() throws IOException {
        open();
        hosting.blob("app", Hosting.CONFIG);
        byte[] image = Hosting.image(LAYER, "");

        Answer refused = hosting.manifest("app", "1", image);
        assertRefused(404, "MANIFEST_BLOB_UNKNOWN", refused);
        assertTrue(refused.text().contains(Hosting.sha256(LAYER).toString()), refused::text);
        hosting.blob("elsewhere", LAYER);
        assertRefused(404, "MANIFEST_BLOB_UNKNOWN", hosting.manifest("app", "1", image));
        assertRefused(
                404,
                "MANIFEST_BLOB_UNKNOWN",
                hosting.index("app", "2", Hosting.index(Hosting.sha256(LAYER), LAYER.length)));
        assertEquals(404, hosting.get("/v2/app/manifests/1").status());
    }

    @Test
    void sparse_indexes_are_taken_by_setting_and_layers_must_be_there_all_the_same() throws IOException {
        open(builder -> builder.missingContent(MissingContent.SPARSE_INDEXES));

        byte[] index = Hosting.index(Hosting.sha256(LAYER), 7);
        assertEquals(201, hosting.index("app", "sparse", index).status());
        assertRefused(404, "MANIFEST_BLOB_UNKNOWN", hosting.manifest("app", "1", Hosting.image(LAYER, "")));
    }

    @Test
    void anything_is_taken_by_setting() throws IOException {
        open(builder -> builder.missingContent(MissingContent.ACCEPTED));

        assertEquals(201, hosting.manifest("app", "1", Hosting.image(LAYER, "")).status());
    }

    @Test
    void a_manifest_that_lies_about_a_size_is_refused() throws IOException {
        open();
        hosting.blob("app", Hosting.CONFIG);
        hosting.blob("app", LAYER);
        String lie = new String(Hosting.image(LAYER, ""), StandardCharsets.UTF_8)
                .replace("\"size\":" + LAYER.length, "\"size\":" + (LAYER.length + 1));

        assertRefused(400, "MANIFEST_INVALID", hosting.manifest("app", "1", Hosting.bytes(lie)));
    }

    @Test
    void manifests_that_are_none_are_refused() throws IOException {
        open();
        for (String none : List.of(
                "",
                "no json",
                "[]",
                "{} trailing",
                "{\"layers\":[],\"manifests\":[]}",
                "{\"schemaVersion\":1,\"fsLayers\":[]}",
                "{\"layers\":{}}",
                "{\"layers\":[{\"digest\":\"md5:abc\"}]}",
                "{\"layers\":[{\"digest\":\"sha256:../../x\"}]}",
                "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\"}")) {
            assertRefused(400, "MANIFEST_INVALID", hosting.manifest("app", "1", Hosting.bytes(none)));
        }
        assertEquals(0, hosting.store.usage().repositories());
    }

    @Test
    void an_immutable_tag_is_neither_moved_nor_deleted() throws IOException {
        open(builder -> builder.immutableTags((repository, tag) -> tag.value().startsWith("v")));
        Digest image = hosting.image("app", "v1", LAYER);
        hosting.image("app", "latest", Hosting.bytes("next"));
        byte[] next = Hosting.image(Hosting.bytes("next"), "");

        assertEquals(
                201, hosting.manifest("app", "v1", Hosting.image(LAYER, "")).status(), "the same again");
        assertRefused(403, "DENIED", hosting.manifest("app", "v1", next));
        assertRefused(403, "DENIED", hosting.send("DELETE", "/v2/app/manifests/v1", new byte[0]));
        assertRefused(403, "DENIED", hosting.send("DELETE", "/v2/app/manifests/" + image, new byte[0]));
        assertEquals(
                202,
                hosting.send("DELETE", "/v2/app/manifests/latest", new byte[0]).status());
        assertEquals(image.toString(), hosting.get("/v2/app/manifests/v1").header("Docker-Content-Digest"));
    }

    @Test
    void a_repository_holds_no_more_than_its_quota() throws IOException {
        open(builder ->
                builder.quota(name -> name.value().equals("small") ? OptionalLong.of(1000) : OptionalLong.empty()));
        hosting.blob("small", new byte[600]);

        assertRefused(
                403,
                "DENIED",
                hosting.send(
                        "POST", "/v2/small/blobs/uploads/?digest=" + Hosting.sha256(new byte[500]), new byte[500]));
        String upload = begin("small");
        Body unsaid = Body.of(new ByteArrayInputStream(new byte[500]), OptionalLong.empty());
        assertRefused(403, "DENIED", hosting.send("PATCH", upload, Headers.EMPTY, unsaid));
        hosting.blob("small", new byte[300]);
        hosting.blob("large", new byte[5000]);
        assertEquals(900, hosting.store.usage(new RepositoryName("small")));
    }

    @Test
    void what_a_manifest_names_is_not_deleted_before_it() throws IOException {
        open();
        Digest image = hosting.image("app", "1", LAYER);
        Digest layer = Hosting.sha256(LAYER);
        byte[] json = Hosting.index(image, Hosting.image(LAYER, "").length);
        hosting.index("app", "index", json);

        Answer refused = hosting.send("DELETE", "/v2/app/blobs/" + layer, new byte[0]);
        assertRefused(405, "UNSUPPORTED", refused);
        assertTrue(refused.text().contains(image.toString()), refused::text);
        assertRefused(405, "UNSUPPORTED", hosting.send("DELETE", "/v2/app/manifests/" + image, new byte[0]));
        assertEquals(
                202,
                hosting.send("DELETE", "/v2/app/manifests/" + Hosting.sha256(json), new byte[0])
                        .status());
        assertEquals(
                202,
                hosting.send("DELETE", "/v2/app/manifests/" + image, new byte[0])
                        .status());
        assertEquals(
                202,
                hosting.send("DELETE", "/v2/app/blobs/" + layer, new byte[0]).status());
        assertEquals(404, hosting.get("/v2/app/blobs/" + layer).status());
        assertEquals(404, hosting.get("/v2/app/manifests/1").status());
    }

    @Test
    void nothing_is_deleted_where_that_is_off() throws IOException {
        open(builder -> builder.deletes(false));
        Digest image = hosting.image("app", "1", LAYER);

        assertRefused(405, "UNSUPPORTED", hosting.send("DELETE", "/v2/app/manifests/1", new byte[0]));
        assertRefused(405, "UNSUPPORTED", hosting.send("DELETE", "/v2/app/manifests/" + image, new byte[0]));
        assertRefused(
                405, "UNSUPPORTED", hosting.send("DELETE", "/v2/app/blobs/" + Hosting.sha256(LAYER), new byte[0]));
    }

    @Test
    void a_blob_of_another_repository_is_not_there_until_it_is_mounted() throws IOException {
        open();
        Digest layer = hosting.blob("source", LAYER);

        assertEquals(404, hosting.get("/v2/target/blobs/" + layer).status());
        assertEquals(
                202,
                hosting.send("POST", "/v2/target/blobs/uploads/?mount=" + layer + "&from=nowhere", new byte[0])
                        .status());
        assertEquals(
                202,
                hosting.send("POST", "/v2/target/blobs/uploads/?mount=" + layer, new byte[0])
                        .status());
        assertEquals(
                201,
                hosting.send("POST", "/v2/target/blobs/uploads/?mount=" + layer + "&from=source", new byte[0])
                        .status());
        assertArrayEquals(LAYER, hosting.get("/v2/target/blobs/" + layer).body());
    }

    @Test
    void referrers_come_in_pages_that_fit_into_a_manifest() throws IOException {
        open();
        Digest subject = hosting.image("app", "1", LAYER);
        String filler = "x".repeat(1024 * 1024 - 1);
        for (int i = 0; i < 9; i++) {
            byte[] referrer = Hosting.image(
                    LAYER,
                    ",\"subject\":{\"mediaType\":\"a/b\",\"digest\":\"" + subject
                            + "\",\"size\":1},\"annotations\":{\"n\":\"" + i + filler + "\"}");
            assertEquals(
                    201,
                    hosting.manifest("app", Hosting.sha256(referrer).toString(), referrer)
                            .status());
        }
        int pages = 0;
        int descriptors = 0;
        String next = "/v2/app/referrers/" + subject;
        while (!next.isEmpty()) {
            Answer page = hosting.get(next);
            assertTrue(page.body().length <= 4 * 1024 * 1024);
            descriptors += page.text().split("\"annotations\"", -1).length - 1;
            pages++;
            String link = page.header("Link");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
        assertEquals(9, descriptors);
        assertEquals(3, pages);
    }

    @Test
    void a_directory_that_holds_something_else_is_refused() throws IOException {
        open();
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("file"), "x");

        assertThrows(IOException.class, () -> HostedStore.open(other));
        assertThrows(IOException.class, () -> HostedStore.open(directory.resolve("hosted")), "in use");
    }

    @Test
    void damaged_and_lost_content_is_found_by_a_check_and_served_to_nobody() throws IOException {
        open();
        hosting.image("app", "1", LAYER);
        hosting.image("app", "2", Hosting.bytes("another"));
        Path lost = content(Hosting.sha256(LAYER));
        Path flipped = content(Hosting.sha256(Hosting.bytes("another")));
        Files.delete(lost);
        Files.write(flipped, Hosting.bytes("anotheR"));

        assertEquals(404, hosting.get("/v2/app/blobs/" + Hosting.sha256(LAYER)).status());
        List<String> problems = hosting.store.check(Progress.NONE).problems();
        assertEquals(2, problems.size(), problems::toString);
        hosting.blob("app", LAYER);
        hosting.blob("app", Hosting.bytes("another"));
        assertTrue(hosting.store.check(Progress.NONE).isClean(), "pushed again");
    }

    private Path content(Digest digest) {
        return directory
                .resolve("hosted/content/sha256")
                .resolve(digest.encoded().substring(0, 2))
                .resolve(digest.encoded());
    }
}
