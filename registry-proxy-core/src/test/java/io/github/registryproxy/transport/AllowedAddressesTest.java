package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {
    private static void check(AllowedAddresses policy, String address) throws IOException {
        policy.check("cdn.example", InetAddresses.forString(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.9.9.9",
                "169.254.169.254",
                "169.254.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.168.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "224.0.0.1",
                "239.1.1.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "fc00::1",
                "fdff::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:a9fe:a9fe",
                "::127.0.0.1",
                "::a00:1",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "2001:0:1::1",
                "100::1",
                "4000::1"
            })
    void what_is_not_public_unicast_is_refused(String address) {
        assertThrows(AddressRefusedException.class, () -> check(AllowedAddresses.publicOnly(), address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450::1",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
                "::ffff:8.8.8.8"
            })
    void public_unicast_is_allowed(String address) {
        assertDoesNotThrow(() -> check(AllowedAddresses.publicOnly(), address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.2.3, 10.2.0.1",
        "fd00::/8, fd12::1, fc00::1",
        "127.0.0.1, 127.0.0.1, 127.0.0.2",
        "10.1.0.0/16, 64:ff9b::10.1.2.3, 64:ff9b::10.2.2.3",
    })
    void the_operators_blocks_are_allowed_and_nothing_beside_them(String block, String allowed, String refused) {
        AllowedAddresses policy = AllowedAddresses.publicOnly().and(Cidr.parse(block));

        assertDoesNotThrow(() -> check(policy, allowed));
        assertDoesNotThrow(() -> check(policy, "8.8.8.8"));
        assertThrows(AddressRefusedException.class, () -> check(policy, refused));
    }

    @Test
    void the_named_host_may_be_anywhere_and_others_not() {
        AllowedAddresses policy = AllowedAddresses.publicOnly().andHost("registry.internal");

        assertDoesNotThrow(() -> policy.check("REGISTRY.internal", InetAddresses.forString("10.0.0.1")));
        assertThrows(
                AddressRefusedException.class,
                () -> policy.check("registry.internal.evil", InetAddresses.forString("10.0.0.1")));
    }

    @Test
    void the_refusal_says_what_was_refused_and_how_to_allow_it() {
        AddressRefusedException refusal = assertThrows(
                AddressRefusedException.class, () -> check(AllowedAddresses.publicOnly(), "169.254.169.254"));

        assertTrue(refusal.getMessage().contains("cdn.example"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("link-local"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("169.254.169.254/32"), refusal.getMessage());
    }
}
