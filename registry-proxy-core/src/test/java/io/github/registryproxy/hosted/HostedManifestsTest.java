package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.document.ManifestVariants;
import io.github.registryproxy.document.ReferrersIndex;
import io.github.registryproxy.hosted.Hosting.Answer;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostedManifestsTest {
    private static final byte[] LAYER = Hosting.bytes("layer");
    private static final String FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    @TempDir
    private Path directory;

    private Hosting hosting;

    private void open(UnaryOperator<HostedRegistry.Builder> settings) throws IOException {
        hosting = new Hosting(directory.resolve("hosted"), settings);
    }

    private void openWithImmutable(MissingContent missing) throws IOException {
        open(builder -> builder.immutableTags((repository, tag) -> tag.value().startsWith("v"))
                .missingContent(missing));
    }

    @AfterEach
    void close() throws IOException {
        hosting.close();
    }

    private Answer push(String reference, String json, String type) throws IOException {
        return hosting.send(
                "PUT",
                "/v2/app/manifests/" + reference,
                Headers.of(HeaderNames.CONTENT_TYPE, type),
                Body.of(Hosting.bytes(json)));
    }

    private Answer delete(String target) throws IOException {
        return hosting.send("DELETE", "/v2/app/" + target, new byte[0]);
    }

    private static void assertRefused(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer::text);
        assertTrue(answer.text().contains(code), answer::text);
    }

    @Test
    void manifest_with_two_readings_is_refused_and_leaves_nothing() throws IOException {
        open(builder -> builder.missingContent(MissingContent.ACCEPTED));
        for (Map.Entry<String, String> variant : ManifestVariants.all().entrySet()) {
            Answer answer = push("1", variant.getValue(), "application/x+json");
            assertEquals(400, answer.status(), () -> variant.getKey() + ": " + answer.text());
            assertTrue(answer.text().contains("MANIFEST_INVALID"), answer::text);
        }
        assertEquals(0, hosting.store.usage().manifests());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "text/html; charset=utf-8",
                "TEXT/HTML",
                "text/html+json",
                "image/svg+xml",
                "application/xhtml+xml",
                "application/xml",
                "application/pdf",
                "application/octet-stream",
                "application/",
                "application/+json",
                "application/json+html",
                "application/vnd.x",
                "multipart/x+json",
                "json",
                "application/x y+json",
                ""
            })
    void type_that_a_browser_could_show_as_a_page_is_refused(String type) throws IOException {
        open(builder -> builder);

        assertRefused(400, "MANIFEST_INVALID", push("1", "{\"manifests\":[]}", type));
        assertRefused(
                400,
                "MANIFEST_INVALID",
                push("1", "{\"mediaType\":\"" + type + "\",\"manifests\":[]}", type.isEmpty() ? "a/b" : type));
        assertRefused(
                400,
                "MANIFEST_INVALID",
                hosting.manifest("app", "1", Hosting.bytes("{\"mediaType\":\"" + type + "-\",\"layers\":[]}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/vnd.x+json", "application/vnd.x.v1+json; charset=utf-8"})
    void type_of_json_is_taken_and_given_back_without_parameters(String type) throws IOException {
        open(builder -> builder);

        assertEquals(201, push("1", "{\"manifests\":[]}", type).status());
        assertEquals(
                new MediaType(type).value(), hosting.get("/v2/app/manifests/1").header(HeaderNames.CONTENT_TYPE));
    }

    @Test
    void type_that_contradicts_the_fields_is_refused() throws IOException {
        open(builder -> builder);

        assertRefused(400, "MANIFEST_INVALID", push("1", "{\"layers\":[]}", MediaType.OCI_INDEX.value()));
        assertRefused(400, "MANIFEST_INVALID", push("1", "{\"manifests\":[]}", MediaType.OCI_MANIFEST.value()));
    }

    private static String entry(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + Hosting.sha256(content) + "\",\"size\":"
                + content.length + "}";
    }

    private static String index(String... entries) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                + String.join(",", entries) + "]}";
    }

    @ParameterizedTest
    @EnumSource(
            value = MissingContent.class,
            names = {"REFUSED", "SPARSE_INDEXES"})
    void index_may_list_blobs_which_have_to_be_there_and_stay(MissingContent missing) throws IOException {
        open(builder -> builder.missingContent(missing));
        byte[] config = Hosting.bytes("{\"records\":[]}");
        String cache = index(
                entry(MediaType.OCI_LAYER_GZIP.value(), LAYER),
                entry("application/vnd.buildkit.cacheconfig.v0", config));

        assertRefused(404, "MANIFEST_BLOB_UNKNOWN", push("cache", cache, MediaType.OCI_INDEX.value()));
        hosting.blob("app", LAYER);
        hosting.blob("app", config);
        assertRefused(
                400,
                "MANIFEST_INVALID",
                push("cache", cache.replace("\"size\":" + LAYER.length, "\"size\":1"), MediaType.OCI_INDEX.value()));
        assertEquals(201, push("cache", cache, MediaType.OCI_INDEX.value()).status());

        assertRefused(405, "UNSUPPORTED", delete("blobs/" + Hosting.sha256(config)));
        hosting.clock().advance(Duration.ofDays(1));
        GarbageCollector.builder(hosting.store).build().run();
        hosting.clock().advance(Duration.ofDays(1));
        GarbageCollector.builder(hosting.store).build().run();
        assertArrayEquals(
                LAYER, hosting.get("/v2/app/blobs/" + Hosting.sha256(LAYER)).body());
        assertEquals(cache, hosting.get("/v2/app/manifests/cache").text());
    }

    @Test
    void blob_does_not_stand_for_a_manifest_that_an_index_lists() throws IOException {
        open(builder -> builder);
        hosting.blob("app", LAYER);

        String index = index(entry(MediaType.OCI_MANIFEST.value(), LAYER));
        assertRefused(404, "MANIFEST_BLOB_UNKNOWN", push("1", index, MediaType.OCI_INDEX.value()));
    }

    private static String missing(String field, String type, int n) {
        return "{\"" + field + "\":["
                + IntStream.range(0, n)
                        .mapToObj(i -> "{\"mediaType\":\"%s\",\"digest\":\"sha256:%064x\"}".formatted(type, i))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    @ParameterizedTest
    @EnumSource(MissingContent.class)
    void manifest_names_so_many_missing_contents_and_one_more_is_refused(MissingContent missing) throws IOException {
        open(builder -> builder.missingContent(missing));
        int most = NamedContentCheck.MOST_MISSING;
        assertEquals(1000, most);

        assertEquals(
                201,
                push("a", missing("layers", FOREIGN, most), MediaType.OCI_MANIFEST.value())
                        .status());
        assertRefused(
                400,
                "MANIFEST_INVALID",
                push("b", missing("layers", FOREIGN, most + 1), MediaType.OCI_MANIFEST.value()));
        if (missing != MissingContent.REFUSED) {
            String type = MediaType.OCI_MANIFEST.value();
            assertEquals(
                    201,
                    push("c", missing("manifests", type, most), MediaType.OCI_INDEX.value())
                            .status());
            assertRefused(
                    400,
                    "MANIFEST_INVALID",
                    push("d", missing("manifests", type, most + 1), MediaType.OCI_INDEX.value()));
        }
        String repeated = missing("layers", FOREIGN, 1).replace("]}", "");
        String one = repeated.substring(repeated.indexOf('[') + 1);
        assertEquals(
                201,
                push("e", repeated + ("," + one).repeat(most + 1) + "]}", MediaType.OCI_MANIFEST.value())
                        .status());
    }

    @ParameterizedTest
    @EnumSource(MissingContent.class)
    void what_an_immutable_tag_leads_to_through_indexes_is_not_deleted(MissingContent missing) throws IOException {
        openWithImmutable(missing);
        Digest image = hosting.image("app", "build", LAYER);
        Digest free = hosting.image("app", "free", Hosting.bytes("free"));
        byte[] inner = Hosting.index(image, Hosting.image(LAYER, "").length);
        hosting.index("app", "inner", inner);
        String outer = index(entry(MediaType.OCI_INDEX.value(), inner));
        assertEquals(201, push("v1", outer, MediaType.OCI_INDEX.value()).status());
        for (String tag : new String[] {"build", "inner", "free"}) {
            assertEquals(202, delete("manifests/" + tag).status());
        }

        for (Digest kept : new Digest[] {image, Hosting.sha256(inner), Hosting.sha256(Hosting.bytes(outer))}) {
            assertRefused(403, "DENIED", delete("manifests/" + kept));
            assertEquals(200, hosting.get("/v2/app/manifests/" + kept).status());
        }
        assertEquals(405, delete("blobs/" + Hosting.sha256(LAYER)).status());
        assertEquals(405, delete("blobs/" + Hosting.sha256(Hosting.CONFIG)).status());
        assertEquals(202, delete("manifests/" + free).status());
        hosting.clock().advance(Duration.ofDays(2));
        GarbageCollector.builder(hosting.store)
                .untaggedAfter(Duration.ofDays(1))
                .build()
                .run();
        assertEquals(200, hosting.get("/v2/app/manifests/" + image).status());
        assertEquals(200, hosting.get("/v2/app/blobs/" + Hosting.sha256(LAYER)).status());
    }

    @Test
    @Timeout(120)
    void each_manifest_is_visited_once_however_many_ways_lead_to_it() throws IOException {
        openWithImmutable(MissingContent.REFUSED);
        Digest other = hosting.image("app", "other", LAYER);
        String[] level = {index(), index().replace("2,", "2 ,")};
        for (int depth = 0; depth < 40; depth++) {
            String[] next = new String[2];
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        201,
                        push("t" + i, level[i], MediaType.OCI_INDEX.value()).status());
                next[i] = index(
                                entry(MediaType.OCI_INDEX.value(), Hosting.bytes(level[0])),
                                entry(MediaType.OCI_INDEX.value(), Hosting.bytes(level[1])))
                        .replace("2,", i == 0 ? "2," : "2 ,");
            }
            push("t1", level[1], MediaType.OCI_INDEX.value());
            level = next;
        }
        assertEquals(201, push("v1", level[0], MediaType.OCI_INDEX.value()).status());
        assertEquals(202, delete("manifests/" + other).status());
    }

    @Test
    void manifest_of_an_immutable_tag_does_not_change_its_type() throws IOException {
        openWithImmutable(MissingContent.REFUSED);
        String json = "{\"manifests\":[]}";
        Digest digest = Hosting.sha256(Hosting.bytes(json));
        assertEquals(201, push("v1", json, MediaType.OCI_INDEX.value()).status());

        assertEquals(201, push("v1", json, MediaType.OCI_INDEX.value()).status());
        assertRefused(403, "DENIED", push(digest.toString(), json, "application/json"));
        assertRefused(403, "DENIED", push("other", json, MediaType.DOCKER_MANIFEST_LIST.value()));
        assertEquals(
                MediaType.OCI_INDEX.value(), hosting.get("/v2/app/manifests/v1").header(HeaderNames.CONTENT_TYPE));
        String free = "{\"manifests\":[],\"x\":1}";
        push("free", free, MediaType.OCI_INDEX.value());
        assertEquals(201, push("free", free, "application/json").status());
    }

    @Test
    void referrers_page_lists_no_more_manifests_than_the_reader_takes() throws IOException {
        open(builder -> builder);
        Digest subject = Hosting.sha256(LAYER);
        ReferrersIndex page = new ReferrersIndex();
        int listed = 0;
        while (page.add(MediaType.OCI_MANIFEST, subject, Optional.empty(), Hosting.bytes("{}"))) {
            listed++;
        }
        assertEquals(5000, listed);
        assertTrue(new String(page.toJson(), StandardCharsets.UTF_8).endsWith("]}"));
    }
}
