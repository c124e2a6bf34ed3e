package io.github.registryproxy.azure;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An application of AZURE_TENANT_ID and AZURE_CLIENT_ID, by the client_credentials grant of OAuth 2: a service principal with
 * AZURE_CLIENT_SECRET, or a workload identity with AZURE_FEDERATED_TOKEN_FILE, read every time.
 */
record Application(Surroundings process, EndpointClient client) implements EntraTokens {
    private static final String AUTHORITY = "AZURE_AUTHORITY_HOST";
    private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";
    private static final int LARGEST = 64 * 1024;

    @Override
    public Optional<String> find(String audience) throws IOException {
        Optional<String> secret = process.variable("AZURE_CLIENT_SECRET");
        Optional<String> file = process.variable(TOKEN_FILE);
        if (secret.isEmpty() && file.isEmpty()) {
            return Optional.empty();
        }
        Query form = Query.EMPTY
                .and("grant_type", "client_credentials")
                .and("client_id", required("AZURE_CLIENT_ID"))
                .and("scope", audience + "/.default");
        form = secret.isPresent()
                ? form.and("client_secret", secret.get())
                : form.and("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                        .and("client_assertion", read(file.orElseThrow()));
        Optional<String> authority = process.variable(AUTHORITY);
        EndpointClient.Answer answer = client.ask(new TransportRequest(
                "POST",
                tokens(authority),
                Headers.of(HeaderNames.CONTENT_TYPE, TokenForm.MEDIA_TYPE, HeaderNames.ACCEPT, "application/json"),
                Body.of(new TokenForm(form).render()),
                authority.isPresent() ? AddressPolicy.ANY : EndpointClient.SERVICES));
        return Optional.of(EntraTokens.token(answer));
    }

    private URI tokens(Optional<String> authority) throws IOException {
        String tenant = required("AZURE_TENANT_ID");
        if (!tenant.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,127}")) {
            throw new IOException("AZURE_TENANT_ID: expected a directory's id");
        }
        URI host = Addresses.parse(AUTHORITY, authority.orElse("https://login.microsoftonline.com/"));
        return host.resolve("/" + tenant + "/oauth2/v2.0/token");
    }

    private String required(String variable) throws IOException {
        return process.variable(variable)
                .orElseThrow(() -> new IOException(variable + " is missing beside the application's secret or token"));
    }

    private static String read(String name) throws IOException {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > LARGEST) {
                throw new IOException("the file of " + TOKEN_FILE + " is larger than " + LARGEST + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (InvalidPathException e) {
            throw new IOException("the file of " + TOKEN_FILE + " has no possible name", e);
        }
    }
}
