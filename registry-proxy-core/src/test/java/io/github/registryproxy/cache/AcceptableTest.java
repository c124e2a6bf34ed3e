package io.github.registryproxy.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Target;
import java.net.URI;
import org.junit.jupiter.api.Test;

class AcceptableTest {
    /** Asked by all tests, so that what it remembers of one is no other's. */
    private static final Representations REPRESENTATIONS = new Representations();

    private static RegistryRequest request(String target, String... accepts) {
        Headers headers = Headers.EMPTY;
        for (String accept : accepts) {
            headers = headers.and("Accept", accept);
        }
        return RegistryRequest.of(
                "GET",
                Target.parse("GET", target),
                headers,
                Body.empty(),
                new Client("192.0.2.7", URI.create("https://r.example.com")));
    }

    private static boolean takes(String type, String... accepts) {
        return REPRESENTATIONS
                .of(request("/v2/app/manifests/1", accepts))
                .acceptable()
                .takes(new MediaType(type));
    }

    private static String representation(String target, String... accepts) {
        return REPRESENTATIONS.of(request(target, accepts)).name();
    }

    @Test
    void a_type_is_taken_when_it_is_named_or_everything_is() {
        assertTrue(takes("a/b"));
        assertTrue(takes("a/b", "c/d, A/B;q=0.1"));
        assertTrue(takes("a/b", "c/d", "*/*"));
        assertTrue(takes("a/b", "a/*"));
        assertFalse(takes("a/b", "c/d"));
        assertFalse(takes("a/b", "a/b+json, c/*"));
    }

    @Test
    void weight_0_excludes_and_what_only_looks_like_it_does_not() {
        assertFalse(takes("a/b", "c/d, a/b;q=0"));
        assertFalse(takes("a/b", "c/d, a/b; v=1; Q=0.000"));
        assertTrue(takes("a/b", "a/b;seq=0"));
        assertTrue(takes("a/b", "a/b;q=0.001"));
        assertTrue(takes("a/b", "a/b;q="));
    }

    @Test
    void order_case_weights_and_lines_do_not_tell_representations_apart() {
        String one = representation("/v2/app/manifests/1", "a/b, c/d");
        assertEquals(one, representation("/v2/app/manifests/1", "C/D;q=0.2", ", a/b,,"));
        assertNotEquals(one, representation("/v2/app/manifests/1", "a/b"));
        assertNotEquals(one, representation("/v2/app/manifests/1"));
    }

    @Test
    void query_fields_that_nobody_owns_do() {
        assertNotEquals(
                representation("/v2/app/manifests/1", "a/b"), representation("/v2/app/manifests/1?ns=x", "a/b"));
    }

    @Test
    void what_somebody_makes_up_displaces_nothing_for_good() {
        String one = representation("/v2/app/manifests/1", "a/b, c/d");
        for (int i = 0; i < 3_000; i++) {
            assertNotEquals(one, representation("/v2/app/manifests/1", "a/b, c/d" + i));
        }
        assertEquals(one, representation("/v2/app/manifests/1", "a/b, c/d"));
    }

    @Test
    void thousands_of_types_are_read() {
        assertTrue(takes("a/b", "x/y;q=0.5,".repeat(15_000) + "a/b"));
    }
}
