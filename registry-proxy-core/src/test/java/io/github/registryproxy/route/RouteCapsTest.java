package io.github.registryproxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.RegistryProxy;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.RepositoryName;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What routes read and remember is bounded. */
class RouteCapsTest {
    private final Scripted hub = new Scripted();

    private int tags(int size) throws IOException {
        String list = "{\"name\":\"library/app\",\"tags\":[\"1\"]}";
        hub.answers(200, list + " ".repeat(size - list.length()));
        try (RegistryResponse response = RegistryProxy.builder()
                .use(new InsertLibrary())
                .upstream(hub)
                .build()
                .handle(Scripted.request("GET /v2/app/tags/list"))) {
            return response.status();
        }
    }

    @Test
    void tag_list_over_4_MiB_is_not_renamed() throws IOException {
        assertEquals(200, tags(4 * 1024 * 1024));
        int refused = tags(4 * 1024 * 1024 + 1);
        assertTrue(refused >= 400, () -> "status " + refused);
    }

    private String kept(int size) throws IOException {
        hub.answers(404, "x".repeat(size));
        RegistryResponse answer = Passed.of(
                        Scripted.request("GET /v2/app/manifests/1"),
                        hub.handle(Scripted.request("GET /v2/app/manifests/1")))
                .answer();
        return Scripted.seen(answer).body();
    }

    @Test
    void error_over_64_KiB_is_replaced_by_one_of_ours() throws IOException {
        assertEquals(64 * 1024, kept(64 * 1024).length());
        assertTrue(kept(64 * 1024 + 1).contains("\"errors\""));
    }

    @Test
    void at_most_10_000_repositories_are_remembered_with_the_member_that_served_them() {
        LastServed last = new LastServed(() -> 0);
        for (int i = 0; i < 20_000; i++) {
            last.remember(new RepositoryName("app" + i), 1);
        }
        int remembered = 0;
        for (int i = 0; i < 20_000; i++) {
            remembered += last.of(new RepositoryName("app" + i)).isPresent() ? 1 : 0;
        }
        assertTrue(remembered <= 10_000, remembered + " remembered");
    }

    @Test
    void member_that_served_a_repository_is_remembered_for_10_minutes() {
        AtomicLong nanos = new AtomicLong();
        LastServed last = new LastServed(nanos::get);
        last.remember(new RepositoryName("app"), 1);
        nanos.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
        assertTrue(last.of(new RepositoryName("app")).isPresent());
        nanos.addAndGet(1);
        assertTrue(last.of(new RepositoryName("app")).isEmpty());
    }
}
