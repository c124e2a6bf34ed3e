package io.github.registryproxy.azure;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.Credentials;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.CredentialsProvider;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.auth.RefreshingCredentials;
import io.github.registryproxy.auth.RefreshingCredentials.Lease;
import io.github.registryproxy.document.JsonFields;
import io.github.registryproxy.protocol.Query;
import io.github.registryproxy.protocol.TokenForm;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * Refresh tokens for a registry of Azure Container Registry, by its {@code /oauth2/exchange}; they last three hours and are renewed
 * ahead.
 *
 * <p>The access token to exchange is looked for in this order, anew each time: a service principal (AZURE_CLIENT_SECRET), a workload
 * identity (AZURE_FEDERATED_TOKEN_FILE), a managed identity (IDENTITY_ENDPOINT or the instance's metadata service). The first that
 * the process is set up for is the one; its failure is not covered up by the next.
 *
 * <pre>{@code
 * URI registry = URI.create("https://example.azurecr.io");
 * HttpUpstream.to(registry).credentials(AcrCredentials.of(Surroundings.of(registry, transport)))
 * }</pre>
 */
public final class AcrCredentials {
    /** The user name that says that the password is a refresh token. */
    private static final String USER = "00000000-0000-0000-0000-000000000000";

    private static final Duration UNKNOWN_LIFETIME = Duration.ofMinutes(30);

    private final Surroundings process;
    private final EndpointClient client;
    private final List<EntraTokens> ways;

    private AcrCredentials(Surroundings process) {
        this.process = process;
        this.client = new EndpointClient(process.transport());
        this.ways = List.of(
                new Application(process, client), new ManagedIdentity(process, new EndpointClient(process.metadata())));
    }

    /**
     * For the registry of the surroundings.
     *
     * @throws IOException when it is none of Azure's, or not asked by https
     */
    public static CredentialsProvider of(Surroundings process) throws IOException {
        String host = process.registry().getHost().toLowerCase(Locale.ROOT);
        boolean azure = host.matches("[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63}){0,2}\\.azurecr\\.(io|cn|us|de)");
        if (!azure || !"https".equals(process.registry().getScheme())) {
            throw new IOException(host + " is no registry of Azure: expected https and NAME.azurecr.io");
        }
        return anywhere(process);
    }

    static CredentialsProvider anywhere(Surroundings process) {
        return anywhere(process, System::nanoTime);
    }

    static CredentialsProvider anywhere(Surroundings process, LongSupplier nanoTime) {
        return RefreshingCredentials.of("Azure", new AcrCredentials(process)::fetch, nanoTime);
    }

    private Lease fetch() throws IOException {
        Query form = Query.EMPTY
                .and("grant_type", "access_token")
                .and("service", process.registry().getRawAuthority());
        Optional<String> tenant = process.variable("AZURE_TENANT_ID");
        if (tenant.isPresent()) {
            form = form.and("tenant", tenant.get());
        }
        form = form.and("access_token", accessToken());
        EndpointClient.Answer answer = client.ask(new TransportRequest(
                "POST",
                process.registry().resolve("/oauth2/exchange"),
                Headers.of(HeaderNames.CONTENT_TYPE, TokenForm.MEDIA_TYPE, HeaderNames.ACCEPT, "application/json"),
                Body.of(new TokenForm(form).render()),
                AddressPolicy.ANY));
        Optional<String> token = answer.status() == 200
                ? answer.json().flatMap(fields -> fields.text("refresh_token"))
                : Optional.empty();
        if (token.isEmpty()) {
            throw answer.without("a refresh token");
        }
        try {
            return new Lease(Credentials.basic(USER, token.get()), lifetime(token.get(), answer));
        } catch (IllegalArgumentException e) {
            throw answer.without("a refresh token that can be sent");
        }
    }

    private String accessToken() throws IOException {
        for (EntraTokens way : ways) {
            Optional<String> token = way.find(audience());
            if (token.isPresent()) {
                return token.get();
            }
        }
        throw new IOException("no way to a token of Microsoft Entra ID");
    }

    /** In sovereign clouds the resource manager's, which their registries take. */
    private String audience() {
        String host = process.registry().getHost();
        if (host.endsWith(".azurecr.cn")) {
            return "https://management.chinacloudapi.cn";
        }
        return host.endsWith(".azurecr.us")
                ? "https://management.usgovcloudapi.net"
                : "https://containerregistry.azure.net";
    }

    /** By the token's own claims (RFC 7519), of which none is trusted for more than that: no clock of ours takes part. */
    private static Duration lifetime(String token, EndpointClient.Answer answer) {
        int from = token.indexOf('.');
        int to = token.lastIndexOf('.');
        if (from < 0 || from == to) {
            return UNKNOWN_LIFETIME;
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(token.substring(from + 1, to));
            Optional<JsonFields> fields = JsonFields.parse(claims);
            OptionalDouble expiry = fields.map(f -> f.number("exp")).orElse(OptionalDouble.empty());
            if (expiry.isEmpty()) {
                return UNKNOWN_LIFETIME;
            }
            double issued = fields.orElseThrow()
                    .number("iat")
                    .orElse(answer.date(Instant.now()).getEpochSecond());
            return Duration.ofSeconds((long) (expiry.getAsDouble() - issued));
        } catch (IllegalArgumentException e) {
            // No JWT after all.
            return UNKNOWN_LIFETIME;
        }
    }
}
