package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private final AtomicInteger opened = new AtomicInteger();

    @Test
    void nothing_is_touched_before_the_first_read() throws IOException {
        RequestBody body = body(OptionalLong.of(3));
        assertEquals(0, opened.get());
        assertNotNull(body.read());
        assertNull(body.read());
        assertEquals(1, opened.get());
    }

    @Test
    void a_body_that_ends_early_fails() throws IOException {
        RequestBody body = body(OptionalLong.of(4));
        assertNotNull(body.read());
        assertThrows(ClientGoneException.class, body::read);
    }

    @Test
    void after_close_nothing_can_be_read() {
        RequestBody body = body(OptionalLong.empty());
        body.close();
        assertThrows(IOException.class, body::read);
        assertEquals(0, opened.get());
    }

    private RequestBody body(OptionalLong length) {
        return new RequestBody(
                () -> {
                    opened.incrementAndGet();
                    return new ByteArrayInputStream(new byte[3]);
                },
                length);
    }
}
