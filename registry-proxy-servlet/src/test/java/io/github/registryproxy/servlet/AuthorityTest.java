package io.github.registryproxy.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.registryproxy.protocol.RegistryException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @ParameterizedTest
    @CsvSource({
        "r.example, http, r.example",
        "R.Example:80, http, r.example",
        "r.example:443, https, r.example",
        "r.example:80, https, r.example:80",
        "my_host:5000, http, my_host:5000",
        "[2001:DB8::1]:5000, http, [2001:db8::1]:5000",
        "[::1], http, [::1]",
        "127.0.0.1:65535, http, 127.0.0.1:65535"
    })
    void a_host_stands_in_a_url_without_the_schemes_own_port(String text, String scheme, String shown) {
        assertEquals(shown, Authority.parse(text).in(scheme));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:",
                "a:0",
                "a:65536",
                "a:+80",
                "a:8080808080",
                "a:80:80",
                "a b",
                "a/b",
                "u@a",
                "a\"",
                "a?b",
                "a#b",
                "a%41",
                "é",
                ".a",
                "a.",
                "a..b",
                "[::1",
                "::1",
                "[::1]x",
                "[::1%25eth0]",
                "[1.2.3.4]",
                "[]",
                "a,b",
                "a;b"
            })
    void anything_else_is_refused(String text) {
        RegistryException refusal = assertThrows(RegistryException.class, () -> Authority.parse(text));
        assertEquals(400, refusal.error().status());
    }

    @Test
    void a_node_is_an_address_with_or_without_a_port() throws Exception {
        assertEquals(InetAddress.getByName("1.2.3.4"), Authority.address("1.2.3.4"));
        assertEquals(InetAddress.getByName("1.2.3.4"), Authority.address("1.2.3.4:99"));
        assertEquals(InetAddress.getByName("::1"), Authority.address("[::1]:99"));
        assertEquals(InetAddress.getByName("::1"), Authority.address("::1"));
        for (String node : new String[] {"unknown", "_hidden", "localhost", "", "[", "[]", "fe80::1%lo", "1.2.3"}) {
            assertNull(Authority.address(node), node);
        }
    }

    @Test
    void host_has_at_most_255_characters() {
        String longest = "a".repeat(255);
        assertEquals(longest, Authority.parse(longest).in("https"));
        assertThrows(RegistryException.class, () -> Authority.parse(longest + "a"));
    }
}
