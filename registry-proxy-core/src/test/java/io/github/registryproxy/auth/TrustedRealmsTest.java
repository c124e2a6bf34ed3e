package io.github.registryproxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedRealmsTest {
    @ParameterizedTest
    @CsvSource({
        "https://r.example, https://r.example/token, true",
        "https://r.example, https://R.Example:443/token?x=1, true",
        "https://r.example:443, https://r.example/token, true",
        "http://r.example, http://r.example:80/, true",
        "https://r.example, https://r.example:8443/token, false",
        "https://r.example, https://auth.r.example/token, false",
        "https://r.example, https://r.example.evil/token, false",
        "https://r.example, http://r.example/token, false",
        "https://r.example, http://r.example:443/token, false",
        "http://r.example, https://r.example/token, false",
        "https://r.example, https://listed.example/token, true",
        "https://r.example, http://plain.example/token, false",
        "http://r.example, http://plain.example/token, true",
        "https://registry-1.docker.io, https://auth.docker.io/token, true",
        "https://index.docker.io, https://auth.docker.io/token, true",
        "https://registry.gitlab.com, https://gitlab.com/jwt/auth, true",
        "https://nvcr.io, https://authn.nvidia.com/token, true",
        "https://nvcr.io, https://nvcr.io/proxy_auth, true",
        "http://registry-1.docker.io, https://auth.docker.io/token, false",
        "https://evil.example, https://auth.docker.io/token, false",
    })
    void credentials_go_to_the_own_origin_listed_ones_and_documented_ones(URI upstream, String realm, boolean trusted) {
        List<URI> listed = List.of(URI.create("https://listed.example/any"), URI.create("http://plain.example"));
        assertEquals(
                trusted,
                TrustedRealms.of(upstream, listed).trusts(Realm.parse(realm).orElseThrow()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/token",
                "//r.example/token",
                "file:///etc/passwd",
                "ftp://r.example/",
                "jar:http://r.example/!/",
                "http:///token",
                "http://user@r.example/",
                "http://user:word@r.example/",
                "http://r.example/#f",
                "http://r.example/a b",
                "http://r.example/%0d%0aX",
                "http://r.example/%00",
                "http://r.example/%7F",
                "http://r.example/?x=%0A",
                "http://r.example\\@evil/",
                "http://r.example:99999/",
                "http://r.example:0/",
                "http://r_x:y/",
                "http://\u212a.example/",
                "http://r.example/\r\nX: 1",
                "https:r.example",
                "http://r.example/?q=%zz"
            })
    void what_is_no_address_to_go_to_is_no_realm(String text) {
        assertTrue(Realm.parse(text).isEmpty());
    }

    @Test
    void parsing_a_realm_never_throws() {
        Random random = new Random(20);
        String alphabet = "htps:/@?#%0dAa.[]\\ \"\r\n\u00e9-_127:";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "http://" : "");
            for (int n = random.nextInt(24); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Realm.parse(text.toString()).ifPresent(realm -> realm.with(realm.query()));
        }
    }

    @Test
    void a_listed_entry_must_be_an_origin() {
        URI upstream = URI.create("https://r.example");
        assertThrows(
                IllegalArgumentException.class, () -> TrustedRealms.of(upstream, List.of(URI.create("gitlab.com"))));
    }

    @Test
    void a_realm_that_is_not_trusted_is_told_once_without_its_query() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(TrustedRealms.class.getName());
        logger.addHandler(handler);
        try {
            TrustedRealms realms = TrustedRealms.of(URI.create("https://r.example"));
            for (int i = 0; i < 3; i++) {
                realms.warn(Realm.parse("https://evil.example/token?sig=" + i).orElseThrow());
            }
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).startsWith("TRUST "), lines.get(0));
        assertTrue(lines.get(0).contains("list https://evil.example as a trusted realm"), lines.get(0));
        assertFalse(lines.get(0).contains("sig"), lines.get(0));
    }
}
