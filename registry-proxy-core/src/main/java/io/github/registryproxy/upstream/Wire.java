package io.github.registryproxy.upstream;

import io.github.registryproxy.Attribute;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.Target;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.Transport;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;

/** The innermost link: turns a request into one exchange with the registry's own origin. */
final class Wire implements RegistryHandler {
    /** Where to go instead of the rendered target: a redirect or an upload location of the same origin. */
    static final Attribute<URI> AT = Attribute.named("upstream URI");

    private final Transport transport;
    private final Origin origin;
    private final String basePath;

    Wire(Transport transport, Origin origin, String basePath) {
        this.transport = transport;
        this.origin = origin;
        this.basePath = basePath;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        Headers headers = request.headers().without(HeaderNames.CONTENT_LENGTH);
        TransportRequest outbound =
                new TransportRequest(request.method(), uri(request), headers, request.body(), AddressPolicy.ANY);
        return transport.send(outbound).mapHeaders(HopByHop::strip);
    }

    /** The address a request goes to. */
    URI uri(RegistryRequest request) {
        return request.get(AT).orElseGet(() -> {
            // ns names the registry a client meant; we are it, and the next one must not take it for a route of its
            // own.
            Target target =
                    new Target(request.operation(), request.target().rest().without("ns"::equals));
            return origin.at(basePath + target.render());
        });
    }
}
