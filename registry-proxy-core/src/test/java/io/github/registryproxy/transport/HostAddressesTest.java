package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostAddressesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "0x7F.0.0.1",
                "127.1",
                "127.0.1",
                "0177.0.0.1",
                "017700000001",
                "127.0.0.01",
                "1.2.3.4.5",
                "127.0.0.1.",
                "evil.0x1",
                "0x"
            })
    void an_ipv4_address_in_another_notation_is_refused(String host) {
        AddressPolicy everything = (name, address) -> {};

        assertThrows(AddressRefusedException.class, () -> HostAddresses.check(host, everything, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.1/",
                "http://127.1/",
                "http://0177.0.0.1/",
                "http://127.0.0.1/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://localhost/",
                "http://LOCALHOST/",
                "http://[fe80::1]/",
                "http://169.254.169.254/latest/"
            })
    void no_notation_of_a_refused_address_gets_through(String uri) throws Exception {
        try (JdkTransport transport = JdkTransport.builder().build()) {
            Exception refusal = assertThrows(
                    Exception.class,
                    () -> transport.send(new TransportRequest(
                            "GET", URI.create(uri), Headers.EMPTY, Body.empty(), AllowedAddresses.publicOnly())));

            boolean before = refusal instanceof IllegalArgumentException; // java.net.URI sees no host in it
            assertEquals(before ? refusal.getClass() : AddressRefusedException.class, refusal.getClass());
        }
    }

    @Test
    void every_address_of_a_host_is_asked_about() throws Exception {
        List<InetAddress> asked = new ArrayList<>();

        HostAddresses.check("localhost", (host, address) -> asked.add(address), false);

        assertEquals(List.of(InetAddress.getAllByName("localhost")), asked);
    }

    @Test
    void a_name_unknown_here_is_an_error_unless_a_proxy_resolves_it() {
        AddressPolicy policy = AllowedAddresses.publicOnly();

        assertThrows(UnknownHostException.class, () -> HostAddresses.check("no-such-host.invalid", policy, false));
        assertDoesNotThrow(() -> HostAddresses.check("no-such-host.invalid", policy, true));
        assertThrows(AddressRefusedException.class, () -> HostAddresses.check("localhost", policy, true));
    }
}
