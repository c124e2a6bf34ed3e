package io.github.registryproxy.benchmarks;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/** What a container would write; it is counted. What the servlet does not use fails. */
final class TakenResponse extends HttpServletResponseWrapper {
    private final Counting body = new Counting();
    private int status;
    private long bytes;

    TakenResponse() {
        super(Unused.of(HttpServletResponse.class));
    }

    private final class Counting extends ServletOutputStream {
        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int from, int length) {
            bytes += length;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }

    void begin() {
        status = 0;
        bytes = 0;
    }

    long end() throws IOException {
        if (status != 200) {
            throw new IOException("not what is to be measured: " + status);
        }
        return bytes;
    }

    @Override
    public void setCharacterEncoding(String charset) {
        // no filter has set one
    }

    @Override
    public void setStatus(int said) {
        status = said;
    }

    @Override
    public void setHeader(String name, String value) {
        bytes += value.length();
    }

    @Override
    public void addHeader(String name, String value) {
        bytes += value.length();
    }

    @Override
    public void setContentLengthLong(long length) {
        bytes += Long.numberOfTrailingZeros(length);
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return body;
    }

    @Override
    public boolean isCommitted() {
        return false;
    }

    @Override
    public void reset() {
        begin();
    }

    @Override
    public void flushBuffer() {
        // Nothing waits here.
    }
}
