package io.github.registryproxy.cache;

import static io.github.registryproxy.cache.CacheBench.INDEX;
import static io.github.registryproxy.cache.CacheBench.TYPE;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    private static AcceptedTypes types(String... accepts) {
        return REPRESENTATIONS.of(request("/v2/app/manifests/1", accepts)).types();
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
    void order_case_weights_and_lines_do_not_tell_accepted_types_apart() {
        AcceptedTypes one = types(INDEX + ", " + TYPE);
        assertEquals(one, types(TYPE.toUpperCase(Locale.ROOT) + ";q=0.2", ", " + INDEX + ",,"));
        assertNotEquals(one, types(TYPE));
        assertNotEquals(one, types());
    }

    @Test
    void invented_types_do_not_tell_accepted_types_apart() {
        AcceptedTypes one = types(INDEX + ", " + TYPE);
        for (int i = 0; i < 3_000; i++) {
            assertEquals(one, types(INDEX + ", x/y" + i + ", " + TYPE));
        }
    }

    /** Every combination of everything that a client can say makes no more keys than there are sets. */
    @Test
    void there_are_no_more_keys_than_sets_of_known_types() {
        List<String> all = List.of(
                INDEX,
                TYPE,
                MediaType.DOCKER_MANIFEST_LIST.value(),
                MediaType.DOCKER_MANIFEST.value(),
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "application/vnd.docker.distribution.manifest.v1+json",
                "application/json",
                "application/*",
                "*/*",
                "x/y");
        Set<AcceptedTypes> seen = new HashSet<>();
        for (int bits = 0; bits < 1 << all.size(); bits++) {
            int chosen = bits;
            String accept = IntStream.range(0, all.size())
                    .filter(i -> (chosen & 1 << i) != 0)
                    .mapToObj(all::get)
                    .collect(Collectors.joining(","));
            seen.add(types(accept));
        }
        assertEquals(AcceptedTypes.COUNT, seen.size());
    }

    @Test
    void what_the_upstream_is_asked_for_names_known_types_alone() {
        RegistryRequest request = request("/v2/app/manifests/1?i=1", "text/html, " + TYPE + ";q=0.3, x/y1", INDEX);
        RegistryRequest reduced = Representations.reduced(request, REPRESENTATIONS.of(request));
        assertEquals(List.of(INDEX + ", " + TYPE), reduced.headers().all("Accept"));
        assertEquals("/v2/app/manifests/1", reduced.target().render());
        RegistryRequest invented = request("/v2/app/manifests/1", "x/y1");
        assertFalse(Representations.reduced(invented, REPRESENTATIONS.of(invented))
                .headers()
                .contains("Accept"));
    }

    /** All pairs of sets, against the one rule that a registry follows: what it has as it is, or else what it can make of it. */
    @Test
    void an_answer_decides_another_only_where_a_converting_registry_gives_the_same() {
        List<MediaType> types = List.of(
                MediaType.OCI_INDEX, MediaType.DOCKER_MANIFEST_LIST, MediaType.OCI_MANIFEST, MediaType.DOCKER_MANIFEST);
        for (MediaType has : types) {
            for (int one = 0; one < AcceptedTypes.COUNT; one++) {
                for (int other = 0; other < AcceptedTypes.COUNT; other++) {
                    AcceptedTypes first = new AcceptedTypes(one);
                    AcceptedTypes second = new AcceptedTypes(other);
                    MediaType answered = given(has, first, types);
                    if (first.decides(answered, second, takes(second, answered))) {
                        MediaType right = given(has, second, types);
                        boolean wildcard = second.covers(new AcceptedTypes(AcceptedTypes.COUNT / 2));
                        assertTrue(
                                right.equals(answered) || (wildcard && !second.isComplete()),
                                () -> has + ": " + first.header() + " got " + answered + ", " + second.header()
                                        + " gets " + right);
                    }
                }
            }
        }
    }

    private static boolean takes(AcceptedTypes accepted, MediaType type) {
        List<String> said = List.of(accepted.header().split(", "));
        return said.contains(type.value()) || said.contains("*/*");
    }

    /** A registry that knows types by name alone, and converts to the first type after what it has that is accepted. */
    private static MediaType given(MediaType has, AcceptedTypes accepted, List<MediaType> types) {
        List<String> said = List.of(accepted.header().split(", "));
        for (int i = types.indexOf(has); i < types.size(); i++) {
            if (said.contains(types.get(i).value())) {
                return types.get(i);
            }
        }
        return has;
    }

    @Test
    void thousands_of_types_are_read() {
        assertTrue(takes("a/b", "x/y;q=0.5,".repeat(15_000) + "a/b"));
    }
}
