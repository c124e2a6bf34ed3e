package io.github.registryproxy.upstream;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Fields that are about one connection alone: RFC 9110 section 7.6.1. */
final class HopByHop {
    private static final Set<String> FIELDS = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private HopByHop() {}

    /** Without those fields and those that Connection names. */
    static Headers strip(Headers headers) {
        Set<String> named = new HashSet<>(FIELDS);
        for (String line : headers.all(HeaderNames.CONNECTION)) {
            for (String name : line.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return headers.filter((name, value) -> !named.contains(name.toLowerCase(Locale.ROOT)));
    }
}
