package io.github.registryproxy.facade.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SwitchedHandlerTest {
    private static final RegistryRequest PING = RegistryRequest.of(
            "GET",
            Target.of(new Operation.Ping()),
            Headers.EMPTY,
            Body.empty(),
            new Client("127.0.0.1", URI.create("http://localhost")));

    private final List<String> over = new ArrayList<>();
    private final SwitchedHandler switched = new SwitchedHandler(answering(200), () -> over.add("first"));

    private static RegistryHandler answering(int status) {
        return request -> RegistryResponse.of(status, Headers.EMPTY, Body.of(new byte[] {1}));
    }

    private void exchange(int status, String name) {
        switched.exchange(answering(status), () -> over.add(name));
    }

    @Test
    void a_handler_that_nobody_uses_is_over_at_once() throws IOException {
        switched.handle(PING).close();
        exchange(201, "second");
        assertEquals(List.of("first"), over);
        assertEquals(201, switched.handle(PING).status());
    }

    @Test
    void an_answer_is_under_way_until_its_body_is_closed() throws IOException {
        RegistryResponse one = switched.handle(PING);
        RegistryResponse other = switched.handle(PING);
        exchange(201, "second");
        assertEquals(List.of(), over);
        assertEquals(1, one.body().readAll(10).length);
        one.close();
        assertEquals(List.of(), over);
        other.close();
        assertEquals(List.of("first"), over);
    }

    @Test
    void an_answer_that_is_closed_twice_counts_once() throws IOException {
        RegistryResponse one = switched.handle(PING);
        RegistryResponse other = switched.handle(PING);
        exchange(201, "second");
        one.close();
        one.close();
        assertEquals(List.of(), over);
        other.close();
        assertEquals(List.of("first"), over);
    }

    @Test
    void what_fails_is_over_as_well() {
        switched.exchange(
                request -> {
                    throw new IOException("gone");
                },
                () -> over.add("failing"));
        assertThrows(IOException.class, () -> switched.handle(PING));
        exchange(201, "third");
        assertEquals(List.of("first", "failing"), over);
    }

    @Test
    void a_request_ends_on_the_handler_it_began_on() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch exchanged = new CountDownLatch(1);
        switched.exchange(
                request -> {
                    entered.countDown();
                    await(exchanged);
                    return RegistryResponse.of(202);
                },
                () -> over.add("slow"));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<RegistryResponse> running = thread.submit(() -> switched.handle(PING));
            entered.await();
            exchange(203, "last");
            assertEquals(List.of("first"), over);
            exchanged.countDown();
            assertEquals(202, running.get().status());
            running.get().close();
            assertEquals(List.of("first", "slow"), over);
        } finally {
            thread.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
