package io.github.registryproxy.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsReaderTest {
    private static Optional<Listener> read(String value) throws SettingException {
        return Listener.ofMetrics(SettingSource.environment(Map.of("METRICS_LISTEN", value)));
    }

    @Test
    void metrics_are_nowhere_unless_it_is_said_where() throws SettingException {
        assertEquals(Optional.empty(), Listener.ofMetrics(SettingSource.environment(Map.of())));
        assertEquals(Optional.empty(), read(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "9090, 127.0.0.1, 9090",
        "0, 127.0.0.1, 0",
        "0.0.0.0:9090, 0.0.0.0, 9090",
        "localhost:1, localhost, 1",
        "'[::1]:9090', ::1, 9090"
    })
    void a_port_alone_is_of_this_host_alone(String value, String host, int port) throws SettingException {
        Listener listener = read(value).orElseThrow();

        assertEquals(Optional.of(host), listener.host());
        assertEquals(port, listener.port());
        assertTrue(listener.identity().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"on", ":9090", "65536", "0.0.0.0", "0.0.0.0:x", "99999999999", "metrics.example.com:1", "-1"})
    void what_is_no_place_is_told_with_its_value(String value) {
        String message = assertThrows(SettingException.class, () -> read(value)).getMessage();

        assertTrue(message.startsWith("METRICS_LISTEN=" + value), message);
        assertTrue(message.contains("such as 9090"), message);
    }
}
