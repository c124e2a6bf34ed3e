package io.github.registryproxy.hosted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.protocol.RepositoryName;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository ends with its last content, also while somebody waits to add to it. */
final class RetiredRepositoryTest {
    private static final RepositoryName APP = new RepositoryName("app");

    @TempDir
    private Path directory;

    @Test
    void push_that_waits_while_the_repository_is_emptied_is_kept() throws Exception {
        byte[] layer = Hosting.bytes("layer");
        AtomicReference<Object> pushed = new AtomicReference<>();
        try (Hosting hosting = new Hosting(directory)) {
            Thread push = new Thread(() -> {
                try {
                    pushed.set(hosting.blob("app", layer));
                } catch (Exception | AssertionError e) {
                    pushed.set(e);
                }
            });
            hosting.store.change(APP, repository -> {
                push.start();
                while (!repository.lock().hasQueuedThread(push)) {
                    assertTrue(push.isAlive(), () -> "not waiting: " + pushed);
                    Thread.onSpinWait();
                }
                return repository;
            });
            push.join();

            assertEquals(Hosting.sha256(layer), pushed.get());
            assertArrayEquals(
                    layer, hosting.get("/v2/app/blobs/" + Hosting.sha256(layer)).body());
            hosting.restart();
            assertArrayEquals(
                    layer, hosting.get("/v2/app/blobs/" + Hosting.sha256(layer)).body());
        }
    }
}
