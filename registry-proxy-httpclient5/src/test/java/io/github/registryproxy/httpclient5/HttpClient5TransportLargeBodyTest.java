package io.github.registryproxy.httpclient5;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportBuilder;
import io.github.registryproxy.transport.TransportLargeBodyContract;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Also that a body never keeps a buffer that others could use. */
class HttpClient5TransportLargeBodyTest extends TransportLargeBodyContract {
    @AfterEach
    void buffers_are_let_go() {
        List<ByteBuffer> all = new ArrayList<>();
        for (ByteBuffer one = LargeBuffers.take(); one != null; one = LargeBuffers.take()) {
            all.add(one);
        }
        all.forEach(LargeBuffers::giveBack);
        assertEquals(LargeBuffers.MOST, all.size());
    }

    @Override
    protected TransportBuilder builder() {
        return new HttpClient5Transports();
    }

    @Override
    protected int openExchanges(Transport transport) {
        return HttpClient5Transports.openExchanges(transport);
    }
}
