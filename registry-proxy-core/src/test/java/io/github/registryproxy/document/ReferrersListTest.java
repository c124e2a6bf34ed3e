package io.github.registryproxy.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReferrersListTest {
    private static final String HEAD =
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[";

    private static Optional<ReferrersList> parse(String json) {
        return ReferrersList.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ReferrersList index) {
        return new String(index.toJson(), StandardCharsets.UTF_8);
    }

    @Test
    void descriptors_stay_as_they_came_in_their_order() {
        String one = "{\"size\":9223372036854775808,\"digest\":\"sha256:1\",\"x\":{\"b\":[1,null],\"a\":true}}";
        String two = "{\"digest\":\"blake3:2\",\"annotations\":{\"z\":\"\u00e4\",\"a\":\"\"}}";
        assertEquals(
                HEAD + one + "," + two + "]}",
                text(parse("{\"manifests\":[" + one + "," + two + "],\"annotations\":{}}")
                        .orElseThrow()));
    }

    @Test
    void a_digest_is_there_once_as_it_was_first() {
        ReferrersList first = parse("{\"manifests\":[{\"digest\":\"a\",\"n\":1},{\"digest\":\"b\"}]}")
                .orElseThrow();
        ReferrersList second = parse(
                        "{\"manifests\":[{\"digest\":\"c\"},{\"digest\":\"a\",\"n\":2},{\"digest\":\"a\"}]}")
                .orElseThrow();
        assertEquals(
                HEAD + "{\"digest\":\"a\",\"n\":1},{\"digest\":\"b\"},{\"digest\":\"c\"}]}", text(first.and(second)));
        assertEquals(3, first.and(second).size());
        assertEquals(2, first.size());
    }

    @Test
    void what_leads_nowhere_is_left_out() {
        assertEquals(
                HEAD + "]}",
                text(parse("{\"manifests\":[1,{},{\"digest\":7},null,\"a\"]}").orElseThrow()));
        assertEquals(HEAD + "]}", text(parse("{\"manifests\":null}").orElseThrow()));
        assertEquals(HEAD + "]}", text(ReferrersList.EMPTY));
    }

    @Test
    void what_is_no_index_is_none() {
        for (String json : new String[] {"", "{}", "[]", "{\"manifests\":{}}", "{\"manifests\":[]", "<html>", "null"}) {
            assertEquals(Optional.empty(), parse(json).map(ReferrersList::size), json);
        }
    }
}
