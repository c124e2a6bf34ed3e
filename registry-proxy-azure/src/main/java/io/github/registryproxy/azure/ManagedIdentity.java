package io.github.registryproxy.azure;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * What the platform says the process is: IDENTITY_ENDPOINT with IDENTITY_HEADER (App Service, Container Apps), else the instance's
 * metadata service. AZURE_CLIENT_ID chooses among several identities.
 */
record ManagedIdentity(Surroundings process, EndpointClient client) implements EntraTokens {
    private static final String ENDPOINT = "IDENTITY_ENDPOINT";
    private static final String INSTANCE = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    @Override
    public Optional<String> find(String audience) throws IOException {
        Optional<String> endpoint = process.variable(ENDPOINT);
        Optional<String> secret = process.variable("IDENTITY_HEADER");
        if (endpoint.isPresent() && secret.isPresent()) {
            if (!Headers.isLegal("X-IDENTITY-HEADER", secret.get())) {
                throw new IOException("IDENTITY_HEADER cannot be sent");
            }
            return Optional.of(ask(
                    Addresses.parse(ENDPOINT, endpoint.get()),
                    "2019-08-01",
                    audience,
                    Headers.of("X-IDENTITY-HEADER", secret.get())));
        }
        String instance = process.variable(INSTANCE).orElse("http://169.254.169.254");
        URI server = Addresses.parse(INSTANCE, instance).resolve("/metadata/identity/oauth2/token");
        return Optional.of(ask(server, "2018-02-01", audience, Headers.of("Metadata", "true")));
    }

    private String ask(URI server, String version, String audience, Headers headers) throws IOException {
        Query query = Query.EMPTY.and("api-version", version).and("resource", audience);
        Optional<String> id = process.variable("AZURE_CLIENT_ID");
        if (id.isPresent()) {
            query = query.and("client_id", id.get());
        }
        URI question = URI.create(server + "?" + query.render());
        return EntraTokens.token(
                client.ask(new TransportRequest("GET", question, headers, Body.empty(), AddressPolicy.ANY)));
    }
}
