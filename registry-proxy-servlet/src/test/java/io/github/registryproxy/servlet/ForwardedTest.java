package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.protocol.RegistryException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedTest {
    private static final Set<InetAddress> TRUSTED = Set.of(ip("10.0.0.1"), ip("10.0.0.2"));

    @Test
    void elements_of_all_lines_are_read_in_order() {
        List<Forwarded> elements = Forwarded.parse(List.of(
                "for=192.0.2.43, For=\"[2001:db8:cafe::17]:4711\";Proto=HTTPS ; host=\"a\\\"b\"",
                "by=x;for=unknown;secret=1"));
        assertEquals(
                List.of(
                        new Forwarded("192.0.2.43", null, null),
                        new Forwarded("[2001:db8:cafe::17]:4711", "HTTPS", "a\"b"),
                        new Forwarded("unknown", null, null)),
                elements);
    }

    @ParameterizedTest
    @ValueSource(strings = {"for=\"1.2.3.4", "for", "for=1;for=2", "for=", "for=1 proto=x", "for=\"1\"x", "=1"})
    void a_broken_line_is_refused_as_a_whole(String line) {
        assertThrows(RegistryException.class, () -> Forwarded.parse(List.of(line)));
    }

    @Test
    void only_what_a_trusted_proxy_wrote_is_believed() {
        Forwarding seen = forwarding("for=6.6.6.6;host=evil;proto=http, for=1.2.3.4;host=r.example;proto=https");
        assertEquals(new Forwarding("1.2.3.4", "https", "r.example", null), seen);
    }

    @Test
    void a_chain_of_trusted_proxies_is_followed_to_the_outermost() {
        Forwarding seen = forwarding("for=1.2.3.4;host=r.example;proto=https, for=10.0.0.2;host=inner;proto=http");
        assertEquals(new Forwarding("1.2.3.4", "https", "r.example", null), seen);
    }

    @Test
    void a_client_that_calls_itself_a_trusted_proxy_wins_nothing_beyond_its_own_address() {
        Forwarding seen = forwarding("for=10.0.0.2;host=evil, for=1.2.3.4;host=r.example");
        assertEquals(new Forwarding("1.2.3.4", null, "r.example", null), seen);
    }

    @Test
    void a_hidden_node_ends_the_chain() {
        Forwarding seen = forwarding("for=6.6.6.6;host=evil, for=_hidden;proto=https");
        assertEquals("10.0.0.1", seen.address());
        assertEquals("https", seen.proto());
        assertNull(seen.host());
    }

    @Test
    void a_forwarded_port_is_taken_where_the_host_names_none() {
        Forwarding both = new Forwarding("1.2.3.4", "https", "r.example:8443", "8443");
        assertEquals(
                "r.example:8443", both.authority(() -> new Authority("x", -1)).in("https"));
        Forwarding port = new Forwarding("1.2.3.4", "https", null, "443");
        assertEquals("x", port.authority(() -> new Authority("x", 8080)).in("https"));
    }

    @Test
    void another_scheme_is_refused() {
        Forwarding odd = new Forwarding("1.2.3.4", "javascript", null, null);
        assertThrows(RegistryException.class, () -> odd.scheme("http"));
    }

    private static Forwarding forwarding(String line) {
        return Forwarding.of(Forwarded.parse(List.of(line)), ip("10.0.0.1"), TRUSTED::contains);
    }

    private static InetAddress ip(String literal) {
        InetAddress address = Authority.address(literal);
        if (address == null) {
            throw new IllegalArgumentException(literal);
        }
        return address;
    }
}
