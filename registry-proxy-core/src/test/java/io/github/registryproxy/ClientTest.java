package io.github.registryproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "::1, ::/64",
        "::ffff:192.0.2.7, ::ffff:192.0.2.7",
        "unknown, unknown"
    })
    void requests_are_counted_by_what_a_client_cannot_choose(String address, String network) {
        assertEquals(network, new Client(address, URI.create("http://r")).network());
    }
}
