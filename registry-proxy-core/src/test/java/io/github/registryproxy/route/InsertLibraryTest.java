package io.github.registryproxy.route;

import static io.github.registryproxy.route.Scripted.DIGEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.registryproxy.Body;
import io.github.registryproxy.protocol.RegistryException;
import io.github.registryproxy.route.Scripted.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class InsertLibraryTest {
    private final Scripted hub = new Scripted();
    private final InsertLibrary library = new InsertLibrary();

    @AfterEach
    void every_answer_is_closed() {
        assertEquals(0, hub.open);
    }

    private Seen send(String line) throws IOException {
        return Scripted.seen(request -> library.handle(request, hub), line);
    }

    private String asked(String line) throws IOException {
        send(line);
        return hub.asked().get(0);
    }

    @Test
    void every_operation_has_the_name_the_registry_knows() throws IOException {
        hub.answers(404, "");
        new Walk()
                .decides("team/app", Walk.READS)
                .decides("team/app", Walk.WRITES)
                .decides("team/app", Walk.PING, Walk.CATALOG, Walk.TOKEN, Walk.MALFORMED, Walk.OTHER)
                .check(line -> {
                    String same = Scripted.request(line).target().render();
                    String inserted = line.replace("team/app", "library/app").replace("team/base", "library/base");
                    String one = line.replace("team/app", "app").replace("team/base", "base");
                    assertEquals(
                            Scripted.request(inserted).target().render(),
                            asked(one).substring(one.indexOf(' ') + 1));
                    return asked(line).endsWith(same) ? "team/app" : "";
                });
    }

    @Test
    void scopes_in_a_form_are_completed() throws IOException {
        Body form = Body.of("scope=repository:alpine:pull+repository:a/b:pull".getBytes(StandardCharsets.UTF_8));
        library.handle(Scripted.request("https://r.example.com", "POST /_token", form), hub)
                .close();
        assertEquals(
                "scope=repository:library/alpine:pull%20repository:a/b:pull",
                new String(hub.requests.get(0).body().readAll(1000), StandardCharsets.UTF_8));
    }

    @Test
    void a_client_is_led_on_by_the_name_it_used() throws IOException {
        String next = "</v2/library/alpine/tags/list?last=b>; rel=\"next\"";
        hub.answers(200, "{\"name\":\"library/alpine\",\"tags\":[\"b\"]}", "Link", next);
        Seen used = send("GET /v2/alpine/tags/list");
        assertEquals("{\"name\":\"alpine\",\"tags\":[\"b\"]}", used.body());
        assertEquals("</v2/alpine/tags/list?last=b>", used.header("Link").substring(0, 29));
        Seen canonical = send("GET /v2/library/alpine/tags/list");
        assertEquals("{\"name\":\"library/alpine\",\"tags\":[\"b\"]}", canonical.body());
        assertEquals(next, canonical.header("Link"));
        assertEquals(
                2,
                hub.asked().stream()
                        .filter("GET /v2/library/alpine/tags/list"::equals)
                        .count());
    }

    @Test
    void an_upload_goes_on_under_the_name_it_was_begun_with() throws IOException {
        hub.answers(202, "", "Location", "/v2/library/alpine/blobs/uploads/7?_state=%2f");
        assertEquals(
                "/v2/alpine/blobs/uploads/7?_state=%2f",
                send("POST /v2/alpine/blobs/uploads/").header("Location"));
        hub.answers(307, "", "Location", "https://cdn.example.com/v2/library/alpine/blobs/" + DIGEST);
        assertEquals(
                "https://cdn.example.com/v2/library/alpine/blobs/" + DIGEST,
                send("GET /v2/alpine/blobs/" + DIGEST).header("Location"));
    }

    @Test
    void a_head_of_a_list_is_not_told_the_length_of_another() throws IOException {
        hub.answers(200, "", "Content-Length", "40");
        assertFalse(send("HEAD /v2/alpine/tags/list").headers().contains("Content-Length"));
    }

    @Test
    void a_name_that_would_be_too_long_is_refused() {
        String longest = "a".repeat(248);
        RegistryException refused =
                Assertions.assertThrows(RegistryException.class, () -> send("GET /v2/" + longest + "/manifests/1"));
        assertEquals("NAME_INVALID", refused.error().code().value());
        assertEquals(List.of(), hub.asked());
    }
}
