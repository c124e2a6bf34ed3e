package io.github.registryproxy.tests.spec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** end-1. */
@Section("Determining Support")
interface DeterminingSupport extends UnderTest {
    @Test
    default void a_registry_says_at_v2_that_it_is_one() throws Exception {
        client().get("/v2/").is(200);
    }

    @Test
    default void what_is_no_endpoint_is_404_or_405() throws Exception {
        Answer answer =
                client().get("/v2/" + repository().name() + "/nothing/of/ours").isRefused();
        assertTrue(answer.status() == 404 || answer.status() == 405, answer::toString);
    }
}
