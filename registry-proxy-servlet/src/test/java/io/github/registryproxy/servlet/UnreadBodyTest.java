package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnreadBodyTest {
    @Test
    void at_most_16_MiB_of_an_unwanted_body_are_thrown_away() throws IOException {
        AtomicLong read = new AtomicLong();
        HttpServletRequest request = mock(HttpServletRequest.class);
        when(request.getContentLengthLong()).thenReturn(Long.MAX_VALUE);
        when(request.getInputStream()).thenReturn(new ServletInputStream() {
            @Override
            public int read(byte[] into, int offset, int length) {
                return read.addAndGet(length) > 64L * 1024 * 1024 ? -1 : length;
            }

            @Override
            public int read() {
                read.incrementAndGet();
                return 0;
            }

            @Override
            public boolean isFinished() {
                return false;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException();
            }
        });
        UnreadBody.discard(request, mock(HttpServletResponse.class));
        assertTrue(read.get() <= 16L * 1024 * 1024 + 32 * 1024, read::toString);
    }
}
