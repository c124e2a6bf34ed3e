package io.github.registryproxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.net.InetAddresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
        "172.16.0.0/12, 172.31.255.255, 172.32.0.0",
        "192.168.1.7, 192.168.1.7, 192.168.1.8",
        "192.168.1.128/25, 192.168.1.128, 192.168.1.127",
        "fd00::/8, fdff:ffff::1, fe00::1",
        "2001:db8::/33, 2001:db8:7fff::, 2001:db8:8000::",
        "::1, ::1, ::2",
    })
    void a_block_holds_its_last_address_and_not_the_one_outside(String block, String inside, String outside) {
        Cidr cidr = Cidr.parse(block);

        assertTrue(cidr.contains(InetAddresses.forString(inside)));
        assertFalse(cidr.contains(InetAddresses.forString(outside)));
    }

    @Test
    void all_of_a_family_is_a_block_and_holds_nothing_of_the_other() {
        assertTrue(Cidr.parse("0.0.0.0/0").contains(InetAddresses.forString("255.1.2.3")));
        assertFalse(Cidr.parse("0.0.0.0/0").contains(InetAddresses.forString("2001:db8::1")));
        assertTrue(Cidr.parse("::/0").contains(InetAddresses.forString("2001:db8::1")));
        assertFalse(Cidr.parse("::/0").contains(InetAddresses.forString("1.2.3.4")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/32", "fd00::/8", "::1/128"})
    void it_prints_as_it_is_written(String text) {
        assertEquals(text, Cidr.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08x",
                "fd00::/129",
                "10.0.0/8",
                "example.com/8",
                "010.0.0.0/8",
                "10.0.0.0/8/8",
                " 10.0.0.0/8",
                "10.0.0.1/8",
                "fd00::1/8",
                "10.0.0.0/9999"
            })
    void what_is_no_block_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    }

    @Test
    void bits_behind_the_prefix_are_refused_with_the_block_that_was_meant() {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Cidr.parse("10.1.2.3/8"));

        assertTrue(refusal.getMessage().contains("10.0.0.0/8"), refusal.getMessage());
    }
}
