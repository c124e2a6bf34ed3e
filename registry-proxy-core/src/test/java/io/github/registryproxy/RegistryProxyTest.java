package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RegistryProxyTest {
    private static final RegistryRequest PING = RegistryRequest.of(
            "GET",
            Target.parse("GET", "/v2/"),
            Headers.EMPTY,
            Body.empty(),
            new Client("192.0.2.1", URI.create("http://proxy.test")));

    private final List<String> log = new ArrayList<>();

    /** Writes down the request, the response's status, and its closing. */
    private final class Named implements Middleware, AutoCloseable {
        private final String name;
        private final boolean breaks;

        Named(String name, boolean breaks) {
            this.name = name;
            this.breaks = breaks;
        }

        @Override
        public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
            log.add(name + ">");
            RegistryResponse response = next.handle(request);
            log.add(name + "<" + response.status());
            return response;
        }

        @Override
        public void close() {
            log.add("close " + name);
            if (breaks) {
                throw new IllegalStateException(name);
            }
        }
    }

    private Named named(String name) {
        return new Named(name, false);
    }

    @Test
    void middlewares_run_in_reading_order_outermost_first() throws IOException {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(named("a"))
                .use(named("b"))
                .upstream(request -> RegistryResponse.of(204))
                .build();
        assertEquals(204, proxy.handle(PING).status());
        assertEquals(List.of("a>", "b>", "b<204", "a<204"), log);
    }

    @Test
    void a_refusal_becomes_a_response_at_the_link_it_was_thrown_in() throws IOException {
        Middleware refusing = (request, next) -> {
            throw ErrorCode.DENIED.because("no").asException();
        };
        RegistryProxy proxy = RegistryProxy.builder()
                .use(named("a"))
                .use(refusing)
                .use(named("b"))
                .upstream(request -> RegistryResponse.of(204))
                .build();
        assertEquals(403, proxy.handle(PING).status());
        assertEquals(List.of("a>", "a<403"), log);
    }

    @Test
    void a_refusal_of_the_upstream_is_seen_by_every_middleware() throws IOException {
        RegistryProxy proxy = RegistryProxy.builder()
                .use(named("a"))
                .upstream(request -> {
                    throw ErrorCode.NAME_UNKNOWN.because("no").asException();
                })
                .build();
        assertEquals(404, proxy.handle(PING).status());
        assertEquals(List.of("a>", "a<404"), log);
    }

    @Test
    void an_io_exception_passes_through_all_of_them() {
        IOException broken = new IOException("broken");
        RegistryProxy proxy = RegistryProxy.builder()
                .use(named("a"))
                .upstream(request -> {
                    throw broken;
                })
                .build();
        assertSame(broken, assertThrows(IOException.class, () -> proxy.handle(PING)));
        assertEquals(List.of("a>"), log);
    }

    @Test
    void a_defect_is_not_hidden_as_a_response() {
        RegistryProxy proxy = RegistryProxy.builder()
                .upstream(request -> {
                    throw new IllegalStateException("defect");
                })
                .build();
        assertThrows(IllegalStateException.class, () -> proxy.handle(PING));
    }

    @Test
    void proxies_nest() throws IOException {
        RegistryProxy inner = RegistryProxy.builder()
                .use(named("inner"))
                .upstream(request -> RegistryResponse.of(200))
                .build();
        try (RegistryProxy outer =
                RegistryProxy.builder().use(named("outer")).upstream(inner).build()) {
            outer.handle(PING).close();
        }
        assertEquals(List.of("outer>", "inner>", "inner<200", "outer<200", "close outer", "close inner"), log);
    }

    @Test
    void closing_closes_each_link_once_outermost_first_even_when_one_fails() {
        Named twice = new Named("twice", true);
        RegistryProxy proxy = RegistryProxy.builder()
                .use(twice)
                .use(new Named("other", true))
                .use(twice)
                .use(named("last"))
                .upstream(request -> RegistryResponse.of(200))
                .build();
        IllegalStateException failure = assertThrows(IllegalStateException.class, proxy::close);
        assertEquals(List.of("close twice", "close other", "close last"), log);
        assertEquals("twice", failure.getCause().getMessage());
        assertEquals("other", failure.getSuppressed()[0].getMessage());
    }

    @Test
    void a_chain_without_an_upstream_is_not_built() {
        assertThrows(IllegalStateException.class, () -> RegistryProxy.builder().build());
    }

    @Test
    void a_middleware_added_after_building_changes_nothing_built() throws IOException {
        RegistryProxy.Builder builder = RegistryProxy.builder().upstream(request -> RegistryResponse.of(200));
        RegistryProxy built = builder.build();
        builder.use(named("late"));
        built.handle(PING).close();
        assertEquals(List.of(), log);
    }

    @Test
    void a_body_that_cannot_be_opened_is_no_answer_and_no_defect() {
        RegistryProxy proxy = RegistryProxy.builder()
                .use((request, next) -> next.handle(request).observeBody(source -> source))
                .upstream(request -> {
                    Path file = Files.createTempFile("blob", "");
                    Body gone = Body.of(file);
                    Files.delete(file);
                    return RegistryResponse.of(200, Headers.EMPTY, gone);
                })
                .build();

        assertThrows(IOException.class, () -> proxy.handle(PING));
    }
}
