package io.github.registryproxy.aws;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.document.JsonFields;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * The agent of ECS (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) or EKS pod identity (AWS_CONTAINER_CREDENTIALS_FULL_URI with
 * AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE).
 */
record ContainerKeys(Surroundings process, EndpointClient client) implements AwsKeys.Source {
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    /** Where agents are known to be; anywhere else the token goes by https alone. */
    private static final Set<String> AGENTS =
            Set.of("localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

    @Override
    public Optional<AwsKeys> find() throws IOException {
        Optional<URI> agent = agent();
        if (agent.isEmpty()) {
            return Optional.empty();
        }
        Headers headers = Headers.of(HeaderNames.ACCEPT, "application/json");
        Optional<String> token = token();
        if (token.isPresent()) {
            headers = headers.and(HeaderNames.AUTHORIZATION, legal(token.get()));
        }
        EndpointClient.Answer answer =
                client.ask(new TransportRequest("GET", agent.get(), headers, Body.empty(), AddressPolicy.ANY));
        return Optional.of(keys(answer));
    }

    /** The document that agents and metadata servers answer. */
    static AwsKeys keys(EndpointClient.Answer answer) throws IOException {
        Optional<JsonFields> fields = answer.status() == 200 ? answer.json() : Optional.empty();
        if (fields.isEmpty()) {
            throw answer.without("keys");
        }
        return AwsKeys.of(
                answer.origin(),
                fields.get().text("AccessKeyId"),
                fields.get().text("SecretAccessKey"),
                fields.get().text("Token"));
    }

    private Optional<URI> agent() throws IOException {
        Optional<String> relative = process.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        Optional<String> full = process.variable(FULL);
        try {
            if (relative.isPresent()) {
                // One slash: two would name another host.
                return Optional.of(
                        URI.create("http://169.254.170.2/" + relative.get().replaceAll("^/+", "")));
            }
            if (full.isEmpty()) {
                return Optional.empty();
            }
            URI uri = URI.create(full.get());
            boolean known = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && AGENTS.contains(String.valueOf(uri.getHost())));
            if (known && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return Optional.of(uri);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the address of the container's credentials is none");
        }
        throw new IOException(FULL + ": expected https, or an agent on this machine");
    }

    private Optional<String> token() throws IOException {
        Optional<String> file = process.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        return file.isPresent()
                ? Optional.of(SecretFile.read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.get())
                        .strip())
                : process.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    }

    private static String legal(String token) throws IOException {
        if (!Headers.isLegal(HeaderNames.AUTHORIZATION, token)) {
            throw new IOException("the token for the container's credentials is none");
        }
        return token;
    }
}
