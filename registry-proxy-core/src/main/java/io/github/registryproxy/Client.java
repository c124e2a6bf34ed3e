package io.github.registryproxy;

import java.net.URI;
import java.util.Objects;

/**
 * Who asks, and by which address it knows us.
 *
 * @param address the client's IP address as text; behind a trusted proxy the one that the proxy vouches for
 * @param base what the client puts before a path of ours: scheme, host, port and mount path, without a final slash
 */
public record Client(String address, URI base) {
    public Client {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(base, "base");
        if (base.getRawAuthority() == null || base.toString().endsWith("/")) {
            throw new IllegalArgumentException("not a base address: " + base);
        }
    }
}
