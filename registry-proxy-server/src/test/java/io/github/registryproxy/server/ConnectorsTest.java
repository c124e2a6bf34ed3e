package io.github.registryproxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.registryproxy.facade.Listener;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

class ConnectorsTest {
    private final ServerConnector connector = Connectors.make(
            new Server(), new Listener(Optional.of("127.0.0.1"), 0, Optional.empty(), Duration.ofSeconds(1), 1));

    @Test
    void thousands_of_clients_may_come_at_once() {
        // 0 would leave it to the JDK, whose queue takes 50.
        assertTrue(connector.getAcceptQueueSize() >= 4096, () -> "queue of " + connector.getAcceptQueueSize());
    }

    @Test
    void a_connection_remembers_nothing_of_its_earlier_heads() {
        HttpConnectionFactory http = connector.getConnectionFactory(HttpConnectionFactory.class);

        assertEquals(0, http.getHttpConfiguration().getHeaderCacheSize());
    }
}
