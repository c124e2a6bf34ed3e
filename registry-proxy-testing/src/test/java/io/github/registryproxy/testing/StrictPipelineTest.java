package io.github.registryproxy.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.Body;
import io.github.registryproxy.Client;
import io.github.registryproxy.Headers;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class StrictPipelineTest {
    private static final Client CLIENT = new Client("192.0.2.1", URI.create("http://proxy.test"));

    /** Reads the request as an upstream does and answers with a body. */
    private static final RegistryHandler UPSTREAM = request -> {
        request.body().readAll(100);
        return RegistryResponse.of(200, Headers.EMPTY, Body.of(new byte[] {1, 2, 3}));
    };

    private static RegistryRequest request(Body body) {
        return RegistryRequest.of(
                "PUT", Target.parse("PUT", "/v2/a/manifests/1"), Headers.of("Content-Length", "4"), body, CLIENT);
    }

    private static Body once() {
        return Body.of(new ByteArrayInputStream(new byte[4]), OptionalLong.of(4));
    }

    /** What a whole run of the middleware is accused of. */
    private static String violation(Middleware middleware, Body body) {
        StrictPipeline strict = StrictPipeline.around(middleware);
        return assertThrows(AssertionError.class, () -> {
                    try (strict) {
                        strict.handle(request(body), UPSTREAM).close();
                    }
                })
                .getMessage();
    }

    private static void assertHarmless(Middleware middleware, Body body) throws IOException {
        try (StrictPipeline strict = StrictPipeline.around(middleware);
                RegistryResponse response = strict.handle(request(body), UPSTREAM)) {
            assertTrue(response.body().readAll(100).length < 100);
        }
    }

    @Test
    void good_manners_pass() throws IOException {
        assertHarmless((request, next) -> next.handle(request), once());
        assertHarmless((request, next) -> RegistryResponse.of(405), once());
        assertHarmless((request, next) -> next.handle(request).replaceBody(Body.empty()), once());
        assertHarmless((request, next) -> next.handle(request).mapBody(in -> in), once());
        assertHarmless(
                (request, next) ->
                        next.handle(request.withBody(Body.of(request.body().readAll(10)))),
                once());
        assertHarmless(
                (request, next) -> {
                    next.handle(request).close();
                    return next.handle(request);
                },
                Body.of(new byte[4]));
    }

    @Test
    void the_length_that_the_request_announced_stays() throws IOException {
        assertHarmless(
                (request, next) -> {
                    assertEquals(OptionalLong.of(4), request.headers().contentLength());
                    assertEquals(OptionalLong.of(4), request.body().length());
                    return next.handle(request);
                },
                once());
    }

    @Test
    void a_second_call_while_the_first_response_is_open_is_a_violation() {
        String text = violation(
                (request, next) -> {
                    RegistryResponse first = next.handle(request);
                    RegistryResponse second = next.handle(request);
                    first.close();
                    return second;
                },
                Body.of(new byte[4]));
        assertTrue(text.contains("while a response of it was open"), text);
    }

    @Test
    void a_second_call_with_a_body_that_can_be_read_once_is_a_violation() {
        String text = violation(
                (request, next) -> {
                    next.handle(request).close();
                    return next.handle(request);
                },
                once());
        assertTrue(text.contains("not repeatable"), text);
    }

    @Test
    void closing_the_lent_body_is_a_violation_before_and_after_next() {
        Middleware before = (request, next) -> {
            request.body().close();
            return RegistryResponse.of(405);
        };
        Middleware after = (request, next) -> {
            RegistryResponse response = next.handle(request);
            try {
                request.body().close();
                return response;
            } catch (AssertionError e) {
                response.close();
                throw e;
            }
        };
        assertTrue(violation(before, once()).contains("only lent"));
        assertTrue(violation(after, once()).contains("only lent"));
    }

    @Test
    void a_response_neither_returned_nor_closed_is_a_violation() {
        String text = violation(
                (request, next) -> {
                    next.handle(request);
                    return RegistryResponse.of(405);
                },
                once());
        assertTrue(text.contains("was not closed by the middleware, which returned another response"), text);
    }

    @Test
    void failing_with_a_response_open_is_a_violation() {
        String text = violation(
                (request, next) -> {
                    next.handle(request);
                    throw new IOException("broken");
                },
                once());
        assertTrue(text.contains("was not closed by the middleware, which failed with"), text);
    }

    @Test
    void failing_with_everything_closed_is_none() {
        StrictPipeline strict = StrictPipeline.around((request, next) -> {
            next.handle(request).close();
            throw new IOException("broken");
        });
        assertThrows(IOException.class, () -> strict.handle(request(once()), UPSTREAM));
    }

    @Test
    void returning_a_response_that_is_closed_is_a_violation_once_it_is_read() throws IOException {
        StrictPipeline strict = StrictPipeline.around((request, next) -> {
            RegistryResponse response = next.handle(request);
            response.close();
            return response;
        });
        RegistryResponse response = strict.handle(request(once()), UPSTREAM);
        assertThrows(AssertionError.class, () -> response.body().readAll(10));
        assertThrows(AssertionError.class, strict::close);
    }

    @Test
    void a_swallowed_violation_comes_back_at_the_end() throws IOException {
        StrictPipeline strict = StrictPipeline.around((request, next) -> {
            RegistryResponse first = next.handle(request);
            try {
                return next.handle(request);
            } catch (AssertionError swallowed) {
                return first;
            }
        });
        strict.handle(request(Body.empty()), UPSTREAM).close();
        assertThrows(AssertionError.class, strict::close);
    }

    @Test
    void a_returned_response_that_nobody_closes_is_the_outer_s_fault() throws IOException {
        StrictPipeline strict = StrictPipeline.around((request, next) -> next.handle(request));
        RegistryResponse response = strict.handle(request(once()), UPSTREAM);
        String text = assertThrows(AssertionError.class, strict::close).getMessage();
        assertTrue(text.contains("whoever received it has not closed it"), text);
        response.close();
        strict.close();
    }

    @Test
    void leaks_are_named_and_forgotten() throws IOException {
        BodyLeaks leaks = new BodyLeaks();
        Body body = leaks.watch(once(), "a body");
        RegistryResponse response = leaks.watch(UPSTREAM).handle(request(once()));
        assertEquals(2, leaks.open());
        String text = assertThrows(AssertionError.class, () -> leaks.assertAllClosed("here"))
                .getMessage();
        assertTrue(text.startsWith("here: 2 not closed: a body, the answer to PUT /v2/a/manifests/1"), text);
        leaks.assertAllClosed("here");
        body.close();
        response.close();
        assertFalse(body.repeatable());
    }
}
