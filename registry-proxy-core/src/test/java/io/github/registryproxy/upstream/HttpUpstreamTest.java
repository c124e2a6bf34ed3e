package io.github.registryproxy.upstream;

import static io.github.registryproxy.upstream.Scripted.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.UpstreamTimeoutException;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.document.ErrorDocument;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUpstreamTest {
    private final Scripted upstream = new Scripted();

    @AfterEach
    void every_answer_was_asked_for_and_every_response_closed() {
        assertEquals(0, upstream.unanswered());
        assertEquals(0, upstream.open());
    }

    private record Reply(int status, Headers headers, String body) {
        Optional<String> header(String name) {
            return headers.first(name);
        }

        String code() {
            return ErrorDocument.parse(body.getBytes(StandardCharsets.UTF_8), status)
                    .orElseThrow()
                    .errors()
                    .get(0)
                    .code()
                    .value();
        }
    }

    private static Reply reply(HttpUpstream upstream, RegistryRequest request) throws IOException {
        try (RegistryResponse response = upstream.handle(request)) {
            return new Reply(
                    response.status(),
                    response.headers(),
                    new String(response.body().readAll(100_000), StandardCharsets.UTF_8));
        }
    }

    private Reply reply(RegistryRequest request) throws IOException {
        return reply(upstream.upstream().build(), request);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v2/UPPER/manifests/1.0", "/v2/app/blobs/sha256:1", "/v2/app/%6d/1", "/favicon.ico", "/_token"})
    void what_is_malformed_or_unknown_never_leaves(String target) throws IOException {
        assertTrue(reply(request("GET", target)).status() >= 400);
        assertEquals(405, reply(request("PROPFIND", "/v2/app/manifests/1.0")).status());
    }

    @Test
    void a_chunk_out_of_order_is_told_where_to_go_on() throws IOException {
        upstream.then(416, Headers.of("Location", "/v2/app/blobs/uploads/7?_state=x", "Range", "0-9"), new byte[0]);
        Reply reply = reply(request("PATCH", "/v2/app/blobs/uploads/7", "Content-Range", "20-29"));
        assertEquals(416, reply.status());
        assertEquals("BLOB_UPLOAD_INVALID", reply.code());
        assertEquals(Optional.of("0-9"), reply.header("Range"));
        assertEquals(Optional.of("/v2/app/blobs/uploads/7?_state=x"), reply.header("Location"));
    }

    @Test
    void a_range_outside_a_blob_is_told_its_size() throws IOException {
        upstream.then(416, Headers.of("Content-Range", "bytes */10"), new byte[0]);
        Reply reply = reply(request("GET", "/v2/app/blobs/sha256:" + "a".repeat(64), "Range", "bytes=10-"));
        assertEquals(416, reply.status());
        assertEquals("SIZE_INVALID", reply.code());
        assertEquals(Optional.of("bytes */10"), reply.header("Content-Range"));
    }

    @Test
    void the_registry_gets_what_concerns_it_and_nothing_else() throws IOException {
        upstream.then(200, Headers.EMPTY, text("{\"name\":\"app\",\"tags\":[\"1\"]}"));
        reply(request(
                "GET",
                "/v2/app/tags/list?n=1&ns=docker.io",
                "Accept",
                "application/json",
                "Cookie",
                "secret",
                "X-Registry-Auth",
                "secret",
                "X-Forwarded-For",
                "10.0.0.1",
                "Authorization",
                "Bearer mine",
                "User-Agent",
                "docker/27"));
        Headers sent = upstream.requests.get(0).headers();
        assertEquals(
                "https://upstream.example/v2/app/tags/list?n=1",
                upstream.requests.get(0).uri().toString());
        assertEquals("Bearer mine", sent.first("Authorization").orElse(""));
        assertTrue(sent.first("User-Agent")
                .orElse("")
                .matches("registry-proxy/\\S+ customDomain/r.example.com docker/27"));
        assertFalse(sent.contains("Cookie"));
        assertFalse(sent.contains("X-Registry-Auth"));
        assertFalse(sent.contains("X-Forwarded-For"));
    }

    @Test
    void the_client_s_address_is_told_on_request_and_only_ours_to_tell() throws IOException {
        upstream.then(200, Headers.EMPTY, text("{}"));
        reply(
                upstream.upstream().forwardClientAddress(true).build(),
                request("GET", "/v2/", "X-Forwarded-For", "10.0.0.1"));
        assertEquals(
                java.util.List.of("192.0.2.7"),
                upstream.requests.get(0).headers().all("X-Forwarded-For"));
    }

    @Test
    void with_own_credentials_the_client_s_stay_here_and_the_version_check_is_answered_here() throws IOException {
        HttpUpstream own = upstream.upstream()
                .credentials(CredentialsProvider.of(Credentials.header("Bearer OURS")))
                .build();
        assertEquals(
                200,
                reply(own, request("GET", "/v2/", "Authorization", "Basic theirs"))
                        .status());
        upstream.then(200, Headers.EMPTY, text("{\"name\":\"app\",\"tags\":null}"));
        reply(own, request("GET", "/v2/app/tags/list", "Authorization", "Basic theirs"));
        assertEquals(
                java.util.List.of("Bearer OURS"),
                upstream.requests.get(0).headers().all("Authorization"));
    }

    @Test
    void credentials_that_the_registry_refuses_are_no_challenge_to_the_client() throws IOException {
        upstream.then(401, Headers.of("WWW-Authenticate", "Basic realm=\"inner\""), text("{}"));
        Reply reply = reply(
                upstream.upstream()
                        .credentials(CredentialsProvider.of(Credentials.header("Bearer OURS")))
                        .build(),
                request("GET", "/v2/app/manifests/1.0"));
        assertEquals(403, reply.status());
        assertEquals("DENIED", reply.code());
        assertTrue(reply.header("WWW-Authenticate").isEmpty());
    }

    @Test
    void what_a_client_says_to_its_next_hop_alone_does_not_reach_the_registry() throws IOException {
        upstream.then(200, Headers.EMPTY, text("{}"));

        reply(request(
                "GET", "/v2/", "Connection", "OCI-Hop, Accept", "OCI-Hop", "1", "Accept", "a/b", "OCI-Kept", "1"));

        Headers sent = upstream.requests.get(0).headers();
        assertEquals(Headers.of("OCI-Kept", "1"), sent.without("User-Agent"));
    }

    @Test
    void only_known_fields_come_back() throws IOException {
        Headers headers = Headers.of(
                "Set-Cookie",
                "a=b",
                "Server",
                "nginx",
                "Strict-Transport-Security",
                "max-age=1",
                "Access-Control-Allow-Origin",
                "*",
                "OCI-Filters-Applied",
                "artifactType",
                "Connection",
                "OCI-Secret",
                "OCI-Secret",
                "x",
                "Docker-Distribution-API-Version",
                "registry/2.0");
        upstream.then(200, headers, text("{}"));
        Reply reply = reply(request("GET", "/v2/"));
        assertEquals(
                Headers.of(
                        "OCI-Filters-Applied",
                        "artifactType",
                        "Docker-Distribution-API-Version",
                        "registry/2.0",
                        "Content-Type",
                        "application/json"),
                reply.headers().without("Content-Length"));
    }

    @ParameterizedTest
    @CsvSource({
        "404, /v2/app/manifests/1.0, MANIFEST_UNKNOWN",
        "404, /v2/app/tags/list, NAME_UNKNOWN",
        "403, /v2/app/manifests/1.0, DENIED",
        "429, /v2/app/manifests/1.0, TOOMANYREQUESTS",
        "500, /v2/app/manifests/1.0, UNAVAILABLE",
        "503, /v2/app/manifests/1.0, UNAVAILABLE"
    })
    void an_error_in_html_is_put_into_the_specification_s_words(int status, String target, String code)
            throws IOException {
        for (int tries = status >= 500 ? Retries.MOST_TRIES : 1; tries > 0; tries--) {
            upstream.then(status, Headers.of("Content-Type", "text/html"), text("<html>upstream.example</html>"));
        }
        Reply reply = reply(request("GET", target));
        assertEquals(status == 500 ? 502 : status, reply.status());
        assertEquals(code, reply.code());
        assertFalse(reply.body().contains("upstream.example"));
    }

    @Test
    void an_error_of_the_registry_passes_without_its_address() throws IOException {
        upstream.then(
                404,
                Headers.EMPTY,
                text("{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"none at"
                        + " upstream.example\",\"detail\":{\"name\":\"app\"}}]}"));
        Reply reply = reply(request("GET", "/v2/app/tags/list"));
        assertEquals(
                "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"NAME_UNKNOWN\",\"detail\":{\"name\":\"app\"}}]}",
                reply.body());
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "99999999999, 86400", "soon, none", "0, 1"})
    void a_wait_is_handed_on_within_reason(String said, String told) throws IOException {
        upstream.then(429, Headers.of("Retry-After", said), new byte[0]);
        Reply reply = reply(request("GET", "/v2/app/manifests/1.0"));
        assertEquals(told, reply.header("Retry-After").orElse("none"));
    }

    @Test
    void a_read_is_repeated_twice_and_a_write_never() throws IOException {
        byte[] tags = text("{\"name\":\"app\",\"tags\":[]}");
        upstream.then(503, Headers.EMPTY, new byte[0]).thenFail("reset").then(200, Headers.EMPTY, tags);
        assertEquals(200, reply(request("GET", "/v2/app/tags/list")).status());
        upstream.thenFail("reset");
        HttpUpstream once = upstream.upstream().build();
        assertThrows(IOException.class, () -> once.handle(request("DELETE", "/v2/app/manifests/1.0")));
    }

    @Test
    void a_long_wait_is_not_cut_short_and_silence_is_not_repeated() throws IOException {
        upstream.then(503, Headers.of("Retry-After", "60"), new byte[0]);
        Reply reply = reply(request("GET", "/v2/app/tags/list"));
        assertEquals(503, reply.status());
        assertEquals("60", reply.header("Retry-After").orElse(""));
        upstream.then(request -> {
            throw new UpstreamTimeoutException("silent");
        });
        HttpUpstream once = upstream.upstream().build();
        assertThrows(UpstreamTimeoutException.class, () -> once.handle(request("GET", "/v2/app/tags/list")));
    }

    @Test
    void a_login_page_is_neither_a_list_nor_a_version_check() {
        for (String target :
                new String[] {"/v2/", "/v2/app/tags/list", "/v2/_catalog", "/v2/app/referrers/sha256:" + "0".repeat(64)
                }) {
            upstream.then(200, Headers.of("Content-Type", "text/html"), text("<html>"));
            assertThrows(IOException.class, () -> reply(request("GET", target)));
        }
    }

    @Test
    void a_tag_list_has_the_fields_of_the_specification_alone() throws IOException {
        upstream.then(
                200,
                Headers.EMPTY,
                text("{\"child\":[],\"manifest\":{\"sha256:1\":{}},\"name\":\"app\",\"tags\":[\"b\",\"a\"]}"));
        assertEquals(
                "{\"name\":\"app\",\"tags\":[\"b\",\"a\"]}",
                reply(request("GET", "/v2/app/tags/list")).body());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            delimiter = '|',
            value = {
                "</v2/app/tags/list?last=b&n=2>; rel=\"next\" | </v2/app/tags/list?n=2&last=b>; rel=\"next\"",
                "<https://upstream.example/v2/app/tags/list?next_page=x%3D>; rel=\"next\" | </v2/app/tags/list?next_page=x%3D>; rel=\"next\"",
                "<https://evil.example/v2/app/tags/list>; rel=\"next\" | none",
                "<https://upstream.example:444/v2/app/tags/list>; rel=\"next\" | none",
                "<//evil.example/v2/>; rel=\"next\" | none",
                "</elsewhere>; rel=\"next\" | none"
            })
    void a_link_leads_here_or_nowhere(String link, String expected) throws IOException {
        upstream.then(200, Headers.of("Link", link), text("{\"name\":\"app\",\"tags\":[]}"));
        assertEquals(
                Optional.ofNullable(expected),
                reply(request("GET", "/v2/app/tags/list")).header("Link"));
    }

    @Test
    void an_upload_location_keeps_its_state_and_comes_back_as_it_was() throws IOException {
        upstream.then(
                        202,
                        Headers.of("Location", "https://upstream.example/v2/app/blobs/uploads/7?_state=a%2Fb%3D"),
                        new byte[0])
                .then(202, Headers.EMPTY, new byte[0]);
        String location = reply(request("POST", "/v2/app/blobs/uploads/"))
                .header("Location")
                .orElse("");
        assertEquals("/v2/app/blobs/uploads/7?_state=a%2Fb%3D", location);
        reply(request("PATCH", location));
        assertEquals(
                "https://upstream.example/v2/app/blobs/uploads/7?_state=a%2Fb%3D",
                upstream.requests.get(1).uri().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://storage.example/upload?token=t",
                "/artifacts-uploads/p/r/uploads/1?x=y",
                "/v2/other/blobs/uploads/7"
            })
    void an_upload_location_of_another_shape_becomes_a_session_of_ours(String theirs) throws IOException {
        HttpUpstream own = upstream.upstream()
                .credentials(CredentialsProvider.of(Credentials.header("Bearer OURS")))
                .build();
        upstream.then(202, Headers.of("Location", theirs), new byte[0]).then(201, Headers.EMPTY, new byte[0]);
        String location = reply(own, request("POST", "/v2/app/blobs/uploads/"))
                .header("Location")
                .orElse("");
        assertTrue(Target.parse("GET", location).operation() instanceof Operation.UploadStatus, location);
        assertFalse(location.contains("storage") || location.contains("token"));
        String digest = "sha256:" + "0".repeat(64);
        Reply done = reply(own, request("PUT", location + "?digest=" + digest));
        URI sent = upstream.requests.get(1).uri();
        assertEquals(
                Scripted.ORIGIN.resolve(theirs) + (theirs.contains("?") ? "&" : "?") + "digest=" + digest,
                sent.toString());
        assertEquals(
                sent.getHost().equals("upstream.example"),
                upstream.requests.get(1).headers().contains("Authorization"));
        assertEquals("/v2/app/blobs/" + digest, done.header("Location").orElse(""));
    }

    @Test
    void a_sealed_session_is_nobody_else_s() throws IOException {
        HttpUpstream own = upstream.upstream().build();
        upstream.then(202, Headers.of("Location", "https://storage.example/upload"), new byte[0]);
        String location = reply(own, request("POST", "/v2/app/blobs/uploads/"))
                .header("Location")
                .orElse("");
        assertThrows(
                io.github.registryproxy.protocol.RegistryException.class,
                () -> own.handle(request("PATCH", location.replace("/app/", "/other/"))));
        assertThrows(
                io.github.registryproxy.protocol.RegistryException.class,
                () -> own.handle(request("PATCH", location.substring(0, location.length() - 2) + "AA")));
    }

    @Test
    void a_body_of_known_length_goes_out_as_it_came() throws IOException {
        upstream.then(
                201, Headers.of("Location", "/elsewhere", "OCI-Subject", "sha256:" + "0".repeat(64)), new byte[0]);
        Body body = Body.of(text("{}"));
        Reply reply = reply(RegistryRequest.of(
                "PUT",
                Target.parse("PUT", "/v2/app/manifests/1.0"),
                Headers.of("Content-Type", "application/vnd.oci.image.manifest.v1+json", "Content-Length", "2"),
                body,
                request("GET", "/v2/").client()));
        assertEquals(body.length(), upstream.requests.get(0).body().length());
        assertFalse(upstream.requests.get(0).headers().contains(HeaderNames.CONTENT_LENGTH));
        assertEquals("/v2/app/manifests/1.0", reply.header("Location").orElse(""));
        assertTrue(reply.header("OCI-Subject").isPresent());
    }

    @Test
    void an_address_with_a_path_stands_before_every_target() throws IOException {
        upstream.then(200, Headers.EMPTY, text("{}"));
        HttpUpstream below = HttpUpstream.to(URI.create("https://upstream.example/registry/"))
                .transport(upstream)
                .build();
        reply(below, request("GET", "/v2/"));
        assertEquals(
                "https://upstream.example/registry/v2/",
                upstream.requests.get(0).uri().toString());
    }

    @Test
    void a_304_that_nobody_asked_for_is_no_answer() throws IOException {
        upstream.then(304, Headers.EMPTY, new byte[0]).then(304, Headers.of("ETag", "\"1\""), new byte[0]);
        HttpUpstream once = upstream.upstream().build();
        assertThrows(
                io.github.registryproxy.protocol.RegistryException.class,
                () -> once.handle(request("GET", "/v2/app/manifests/1.0")));
        assertEquals(
                304,
                reply(request("GET", "/v2/app/manifests/1.0", "If-None-Match", "\"1\""))
                        .status());
    }

    @Test
    void a_write_is_redirected_nowhere() {
        upstream.then(307, Headers.of("Location", "https://elsewhere.example/"), new byte[0]);
        HttpUpstream once = upstream.upstream().build();
        assertThrows(
                io.github.registryproxy.protocol.RegistryException.class,
                () -> once.handle(request("POST", "/v2/app/blobs/uploads/")));
    }
}
