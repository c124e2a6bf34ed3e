package io.github.registryproxy.transport;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Which header fields of a request go out: all but framing and hop-by-hop ones, which are the transport's own; for makers of
 * transports. Clients refuse some of them (Host, Content-Length, Connection, Expect, Upgrade) and would send others as they
 * are (Transfer-Encoding beside their own framing: request smuggling).
 */
public final class RequestFields {
    /** Some servers answer the client's default name with 403. */
    private static final String NAME = "registry-proxy";

    private static final Set<String> NEVER = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private RequestFields() {}

    static boolean goesOut(String name) {
        return !NEVER.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Hands over the fields in order, and asks for bytes as they are: what is hashed and passed on must not be compressed on the way. */
    public static void forEach(Headers headers, BiConsumer<String, String> to) {
        headers.forEach((name, value) -> {
            if (goesOut(name)) {
                to.accept(name, value);
            }
        });
        if (!headers.contains(HeaderNames.ACCEPT_ENCODING)) {
            to.accept(HeaderNames.ACCEPT_ENCODING, "identity");
        }
        if (!headers.contains(HeaderNames.USER_AGENT)) {
            to.accept(HeaderNames.USER_AGENT, NAME);
        }
    }
}
