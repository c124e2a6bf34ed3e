package io.github.registryproxy.aws;

import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.transport.AddressPolicy;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Where a service is: in public or in a virtual network, unless the operator puts it elsewhere. */
record Endpoint(URI uri, AddressPolicy addresses) {
    /**
     * What the variable says, or the service's own.
     *
     * @throws IOException when it is no address of an origin
     */
    static Endpoint of(Surroundings process, String variable, URI own) throws IOException {
        Optional<String> set = process.variable(variable);
        return set.isPresent()
                ? new Endpoint(origin(variable, set.get()), AddressPolicy.ANY)
                : new Endpoint(own, EndpointClient.SERVICES);
    }

    /** With the path {@code /}. */
    static URI origin(String variable, String text) throws IOException {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri.resolve("/");
            }
        } catch (IllegalArgumentException e) {
            // Said below, without what may be a secret in the wrong place.
            throw new IOException(variable + ": expected an address such as https://service.example.com");
        }
        throw new IOException(variable + ": expected an address such as https://service.example.com");
    }
}
