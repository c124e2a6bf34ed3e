package io.github.registryproxy.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.document.CatalogPage;
import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.document.TagList;
import io.github.registryproxy.protocol.Digest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.MediaType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FakeRegistryTest {
    private static final byte[] BLOB = "0123456789".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(Digest.Algorithm.SHA256, BLOB);

    private FakeRegistry registry = new FakeRegistry();

    private Reply send(String method, String target, byte[] body, String... headers) throws IOException {
        return ClientSide.of(registry).send(method, target, Headers.of(headers), Body.of(body));
    }

    private Reply get(String target, String... headers) throws IOException {
        return send("GET", target, new byte[0], headers);
    }

    private static String header(Reply reply, String name) {
        return reply.headers().first(name).orElse("absent");
    }

    private static ErrorCode code(Reply reply) {
        return ErrorDocument.parse(reply.body(), reply.status())
                .orElseThrow()
                .errors()
                .get(0)
                .code();
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    /** The target that a location means, as a client resolves it against the request. */
    private static String resolve(String requestTarget, Reply reply) {
        URI location = URI.create("http://registry.test" + requestTarget).resolve(header(reply, "Location"));
        return location.getRawPath() + (location.getRawQuery() == null ? "" : "?" + location.getRawQuery());
    }

    @Test
    void the_version_check_is_answered() throws IOException {
        Reply reply = get("/v2/");
        assertEquals(200, reply.status());
        assertEquals("registry/2.0", header(reply, "Docker-Distribution-API-Version"));
    }

    @Test
    void an_image_is_pulled_by_tag_by_digest_and_by_its_blobs() throws IOException {
        Digest image = registry.image("library/app", "1", BLOB);
        Reply byTag = get("/v2/library/app/manifests/1");
        assertEquals(200, byTag.status());
        assertEquals(MediaType.OCI_MANIFEST.value(), header(byTag, "Content-Type"));
        assertEquals(image.toString(), header(byTag, "Docker-Content-Digest"));
        assertTrue(image.matches(byTag.body()));
        assertArrayEquals(
                byTag.body(), get("/v2/library/app/manifests/" + image).body());
        assertTrue(text(byTag).contains(DIGEST.toString()));
        assertArrayEquals(BLOB, get("/v2/library/app/blobs/" + DIGEST).body());
        assertEquals(Optional.of(image), registry.resolve("library/app", "1"));
    }

    @Test
    void head_says_the_length_and_has_no_body() throws IOException {
        registry.blob("a", BLOB);
        Reply head = send("HEAD", "/v2/a/blobs/" + DIGEST, new byte[0]);
        assertEquals("10", header(head, "Content-Length"));
        assertEquals(DIGEST.toString(), header(head, "Docker-Content-Digest"));
        assertEquals(0, head.body().length);
    }

    @Test
    void what_is_unknown_is_named_by_its_code() throws IOException {
        registry.image("a", "1", BLOB);
        assertEquals(ErrorCode.NAME_UNKNOWN, code(get("/v2/b/manifests/1")));
        assertEquals(ErrorCode.MANIFEST_UNKNOWN, code(get("/v2/a/manifests/2")));
        Reply blob = get("/v2/a/blobs/" + Digest.of(Digest.Algorithm.SHA512, BLOB));
        assertEquals(ErrorCode.BLOB_UNKNOWN, code(blob));
        assertEquals(404, blob.status());
        assertEquals(ErrorCode.NAME_INVALID, code(get("/v2/A/manifests/1")));
        assertEquals(400, get("/v2/a/referrers/sha256:1").status());
        assertEquals(404, get("/v2/a/unheard/of").status());
        assertEquals(404, get("/v2/b/tags/list").status());
    }

    @Test
    void ranges_are_served_exactly() throws IOException {
        registry.blob("a", BLOB);
        String blob = "/v2/a/blobs/" + DIGEST;
        Map<String, String> parts = Map.of(
                "bytes=0-0",
                "0",
                "bytes=2-4",
                "234",
                "bytes=7-",
                "789",
                "bytes=-3",
                "789",
                "bytes=8-99",
                "89",
                "bytes=-99",
                "0123456789");
        for (Map.Entry<String, String> part : parts.entrySet()) {
            Reply reply = get(blob, "Range", part.getKey());
            assertEquals(206, reply.status(), part.getKey());
            assertEquals(part.getValue(), text(reply), part.getKey());
            assertTrue(header(reply, "Content-Range").endsWith("/10"), part.getKey());
        }
        assertEquals("bytes 2-4/10", header(get(blob, "Range", "bytes=2-4"), "Content-Range"));
        Reply beyond = get(blob, "Range", "bytes=10-");
        assertEquals(416, beyond.status());
        assertEquals("bytes */10", header(beyond, "Content-Range"));
        assertEquals(200, get(blob, "Range", "bytes=0-1,3-4").status());
    }

    @Test
    void a_stale_validator_gets_the_whole_and_a_fresh_one_the_part_or_304() throws IOException {
        Digest image = registry.image("a", "1", BLOB);
        String blob = "/v2/a/blobs/" + DIGEST;
        assertEquals(
                206,
                get(blob, "Range", "bytes=1-", "If-Range", "\"" + DIGEST + "\"").status());
        assertEquals(
                200, get(blob, "Range", "bytes=1-", "If-Range", "\"other\"").status());
        assertEquals(
                304,
                get("/v2/a/manifests/1", "If-None-Match", "\"" + image + "\"").status());
    }

    @Test
    void tags_come_in_pages_with_links_until_the_end() throws IOException {
        List<String> tags = List.of("1", "2", "3", "4", "5");
        tags.forEach(tag -> registry.image("a/b", tag, BLOB));
        List<String> seen = new ArrayList<>();
        String target = "/v2/a/b/tags/list?n=2";
        for (int pages = 0; pages < 5 && !target.isEmpty(); pages++) {
            Reply reply = get(target);
            seen.addAll(TagList.parse(reply.body()).orElseThrow().tags());
            target = reply.headers().all("Link").stream()
                    .flatMap(field -> Link.parse(field).stream())
                    .map(Link::target)
                    .findFirst()
                    .orElse("");
        }
        assertEquals(tags, seen);
        Reply none = get("/v2/a/b/tags/list?n=0");
        assertEquals(List.of(), TagList.parse(none.body()).orElseThrow().tags());
        assertFalse(none.headers().contains("Link"));
        assertEquals(400, get("/v2/a/b/tags/list?n=-1").status());
    }

    @Test
    void the_catalog_lists_repositories_in_pages() throws IOException {
        List.of("c", "a/b", "b").forEach(name -> registry.blob(name, BLOB));
        Reply reply = get("/v2/_catalog?n=2");
        assertEquals(
                List.of("a/b", "b"),
                CatalogPage.parse(reply.body()).orElseThrow().repositories());
        assertEquals("</v2/_catalog?n=2&last=b>; rel=\"next\"", header(reply, "Link"));
    }

    @Test
    void referrers_are_listed_and_filtered() throws IOException {
        Digest subject = registry.image("a", "1", BLOB);
        Digest signature = registry.referrer("a", subject, "application/signature");
        Digest sbom = registry.referrer("a", subject, "application/sbom");
        String all = text(get("/v2/a/referrers/" + subject));
        assertTrue(all.contains(signature.toString()) && all.contains(sbom.toString()), all);
        Reply some = get("/v2/a/referrers/" + subject + "?artifactType=application%2Fsbom");
        assertFalse(text(some).contains(signature.toString()));
        assertTrue(text(some).contains(sbom.toString()));
        assertEquals("artifactType", header(some, "OCI-Filters-Applied"));
        assertEquals(MediaType.OCI_INDEX.value(), header(some, "Content-Type"));
    }

    @Test
    void an_empty_artifactType_is_that_of_the_config() throws IOException {
        Digest subject = registry.image("a", "1", BLOB);
        Digest config = registry.blob("a", BLOB);
        String image = "{\"artifactType\":\"\",\"config\":{\"mediaType\":\"a/config\",\"digest\":\"%s\",\"size\":2},"
                + "\"layers\":[],\"subject\":{\"digest\":\"%s\",\"size\":1}}";
        byte[] json = image.formatted(config, subject).getBytes(StandardCharsets.UTF_8);
        registry.manifest("a", MediaType.OCI_MANIFEST, json);
        String all = text(get("/v2/a/referrers/" + subject));
        assertTrue(all.contains("\"artifactType\":\"a/config\""), all);
    }

    @ParameterizedTest
    @EnumSource(
            value = Quirk.class,
            names = {"ABSOLUTE_LOCATIONS", "RELATIVE_LOCATIONS", "FOREIGN_UPLOADS", "NO_SINGLE_POST"})
    void a_blob_is_pushed_in_chunks_whatever_the_location_looks_like(Quirk quirk) throws IOException {
        registry = new FakeRegistry(quirk);
        String start = "/v2/a/b/blobs/uploads/";
        Reply begun = send("POST", start, new byte[0]);
        assertEquals(202, begun.status());
        String first = resolve(start, begun);
        Reply one = send("PATCH", first, Arrays.copyOf(BLOB, 4), "Content-Range", "0-3");
        assertEquals(202, one.status());
        assertEquals("0-3", header(one, "Range"));
        String second = resolve(first, one);
        Reply wrong = send("PATCH", second, new byte[2], "Content-Range", "6-7");
        assertEquals(416, wrong.status());
        assertEquals("0-3", header(wrong, "Range"));
        assertEquals(204, get(second).status());
        Reply done = send("PUT", second + "&digest=" + DIGEST, Arrays.copyOfRange(BLOB, 4, 10));
        assertEquals(201, done.status(), text(done));
        assertEquals("/v2/a/b/blobs/" + DIGEST, resolve(second, done));
        assertArrayEquals(BLOB, registry.blob("a/b", DIGEST).orElseThrow());
        assertEquals(0, registry.openUploads());
    }

    @Test
    void an_upload_without_its_state_is_invalid_and_one_given_up_is_unknown() throws IOException {
        String start = "/v2/a/blobs/uploads/";
        String upload = resolve(start, send("POST", start, new byte[0]));
        assertEquals(
                ErrorCode.BLOB_UPLOAD_INVALID, code(send("PATCH", upload.substring(0, upload.indexOf('?')), BLOB)));
        assertEquals(204, send("DELETE", upload, new byte[0]).status());
        assertEquals(ErrorCode.BLOB_UPLOAD_UNKNOWN, code(send("PATCH", upload, BLOB)));
    }

    @Test
    void a_blob_is_pushed_in_one_request_and_refused_under_another_digest() throws IOException {
        String target = "/v2/a/blobs/uploads/?digest=" + DIGEST;
        assertEquals(ErrorCode.DIGEST_INVALID, code(send("POST", target, new byte[1])));
        assertEquals(201, send("POST", target, BLOB).status());
        registry = new FakeRegistry(Quirk.NO_SINGLE_POST);
        assertEquals(202, send("POST", target, BLOB).status());
    }

    @Test
    void a_blob_is_mounted_where_it_is_and_uploaded_where_it_is_not() throws IOException {
        registry.blob("from", BLOB);
        assertEquals(
                201,
                send("POST", "/v2/a/blobs/uploads/?mount=" + DIGEST + "&from=from", new byte[0])
                        .status());
        assertEquals(
                202,
                send("POST", "/v2/b/blobs/uploads/?mount=" + DIGEST + "&from=elsewhere", new byte[0])
                        .status());
        assertTrue(registry.blob("a", DIGEST).isPresent());
        registry = new FakeRegistry(Quirk.NO_MOUNT);
        registry.blob("from", BLOB);
        assertEquals(
                202,
                send("POST", "/v2/a/blobs/uploads/?mount=" + DIGEST + "&from=from", new byte[0])
                        .status());
    }

    @Test
    void a_manifest_is_pushed_when_what_it_refers_to_is_there() throws IOException {
        FakeRegistry other = new FakeRegistry();
        Digest image = other.image("a", "1", BLOB);
        byte[] json = other.manifest("a", image).orElseThrow();
        String type = MediaType.OCI_MANIFEST.value();
        Reply early = send("PUT", "/v2/a/manifests/1", json, "Content-Type", type);
        assertEquals(ErrorCode.MANIFEST_BLOB_UNKNOWN, code(early));
        registry.image("a", "other", BLOB);
        Reply pushed = send("PUT", "/v2/a/manifests/1?tag=2", json, "Content-Type", type);
        assertEquals(201, pushed.status());
        assertEquals(image.toString(), header(pushed, "Docker-Content-Digest"));
        assertEquals("2", header(pushed, "OCI-Tag"));
        assertEquals(Optional.of(image), registry.resolve("a", "2"));
        assertEquals(ErrorCode.MANIFEST_INVALID, code(send("PUT", "/v2/a/manifests/1", BLOB)));
        assertEquals(ErrorCode.DIGEST_INVALID, code(send("PUT", "/v2/a/manifests/" + DIGEST, json)));
        assertEquals(
                413,
                send("PUT", "/v2/a/manifests/1", new byte[4 * 1024 * 1024 + 1]).status());
    }

    @Test
    void a_pushed_referrer_is_acknowledged() throws IOException {
        Digest subject = registry.image("a", "1", BLOB);
        Digest signature = registry.referrer("a", subject, "application/signature");
        byte[] json = registry.manifest("a", signature).orElseThrow();
        assertEquals(subject.toString(), header(send("PUT", "/v2/a/manifests/" + signature, json), "OCI-Subject"));
    }

    @Test
    void tags_manifests_and_blobs_are_deleted() throws IOException {
        Digest image = registry.image("a", "1", BLOB);
        registry.tag("a", "2", image);
        assertEquals(202, send("DELETE", "/v2/a/manifests/1", new byte[0]).status());
        assertEquals(404, get("/v2/a/manifests/1").status());
        assertEquals(200, get("/v2/a/manifests/2").status());
        assertEquals(
                202, send("DELETE", "/v2/a/manifests/" + image, new byte[0]).status());
        assertEquals(404, get("/v2/a/manifests/2").status());
        assertEquals(202, send("DELETE", "/v2/a/blobs/" + DIGEST, new byte[0]).status());
        assertEquals(404, send("DELETE", "/v2/a/blobs/" + DIGEST, new byte[0]).status());
        registry = new FakeRegistry(Quirk.NO_DELETE);
        assertEquals(405, send("DELETE", "/v2/a/manifests/1", new byte[0]).status());
    }

    @Test
    void blobs_are_redirected_to_a_host_that_takes_no_credentials() throws IOException {
        registry = new FakeRegistry(Quirk.REDIRECTS_BLOBS).cdnAt(URI.create("http://elsewhere.test"));
        registry.blob("a", BLOB);
        Reply reply = get("/v2/a/blobs/" + DIGEST);
        assertEquals(307, reply.status());
        URI location = URI.create(header(reply, "Location"));
        assertEquals("elsewhere.test", location.getHost());
        String target = location.getRawPath() + "?" + location.getRawQuery();
        assertArrayEquals(BLOB, get(target).body());
        assertEquals("123", text(get(target, "Range", "bytes=1-3")));
        assertEquals(400, get(target, "Authorization", "Basic x").status());
        assertEquals(
                404, get("/_cdn/" + Digest.of(Digest.Algorithm.SHA512, BLOB)).status());
    }

    @Test
    void every_other_quirk_shows() throws IOException {
        registry = new FakeRegistry(Quirk.NO_LINK);
        registry.image("a", "1", BLOB);
        registry.image("a", "2", BLOB);
        assertEquals("absent", header(get("/v2/a/tags/list?n=1"), "Link"));
        assertTrue(text(get("/v2/a/tags/list?n=1")).contains("[\"1\"]"));

        registry = new FakeRegistry(Quirk.IGNORES_N, Quirk.NO_DIGEST_HEADER, Quirk.NO_RANGES, Quirk.NO_REFERRERS_API);
        Digest image = registry.image("a", "1", BLOB);
        registry.tag("a", "2", image);
        assertTrue(text(get("/v2/a/tags/list?n=1")).contains("[\"1\",\"2\"]"));
        assertEquals("absent", header(get("/v2/a/manifests/1"), "Docker-Content-Digest"));
        assertEquals(image.toString(), header(get("/v2/a/manifests/" + image), "Docker-Content-Digest"));
        assertEquals(200, get("/v2/a/blobs/" + DIGEST, "Range", "bytes=1-2").status());
        assertEquals(404, get("/v2/a/referrers/" + image).status());

        registry = new FakeRegistry(Quirk.HTML_ERRORS);
        Reply html = get("/v2/a/manifests/1");
        assertEquals(404, html.status());
        assertEquals("text/html", header(html, "Content-Type"));

        registry = new FakeRegistry(Quirk.LEAKS_NAMES_IN_ERRORS);
        assertTrue(text(get("/v2/secret/name/manifests/1")).contains("{\"name\":\"secret/name\"}"));
    }

    @Test
    void an_index_lists_its_platforms() throws IOException {
        Digest amd = registry.image("a", "amd", BLOB);
        Digest arm = registry.image("a", "arm", BLOB, BLOB.clone());
        registry.index("a", "all", Map.of("amd64", amd, "arm64", arm));
        Reply reply = get("/v2/a/manifests/all");
        assertEquals(MediaType.OCI_INDEX.value(), header(reply, "Content-Type"));
        assertTrue(text(reply).contains("\"architecture\":\"arm64\""));
    }

    @Test
    void requests_are_remembered_in_order() throws IOException {
        get("/v2/");
        get("/v2/a/tags/list?n=1");
        assertEquals(List.of("GET /v2/", "GET /v2/a/tags/list?n=1"), registry.requestLines());
        assertEquals(2, registry.requests().size());
    }

    @Test
    void manifest_over_4_MiB_and_blob_over_64_MiB_are_refused() throws IOException {
        byte[] manifest = new byte[4 * 1024 * 1024 + 1];
        assertEquals(
                413,
                send("PUT", "/v2/app/manifests/1", manifest, "Content-Type", MediaType.OCI_MANIFEST.value())
                        .status());
        byte[] blob = new byte[64 * 1024 * 1024 + 1];
        String digest = Digest.of(Digest.Algorithm.SHA256, blob).toString();
        assertEquals(
                413,
                send("POST", "/v2/app/blobs/uploads/?digest=" + digest, blob).status());
    }
}
