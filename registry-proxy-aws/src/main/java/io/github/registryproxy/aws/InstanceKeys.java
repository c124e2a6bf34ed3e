package io.github.registryproxy.aws;

import io.github.registryproxy.Body;
import io.github.registryproxy.Headers;
import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import io.github.registryproxy.auth.EndpointClient;
import io.github.registryproxy.transport.AddressPolicy;
import io.github.registryproxy.transport.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The role of the EC2 instance, by its metadata service, version 2; version 1, which any forged GET could ask, is not used. */
record InstanceKeys(Surroundings process, EndpointClient client) implements AwsKeys.Source {
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

    @Override
    public Optional<AwsKeys> find() throws IOException {
        if (process.variable("AWS_EC2_METADATA_DISABLED")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            return Optional.empty();
        }
        boolean six = process.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
                .filter("IPv6"::equalsIgnoreCase)
                .isPresent();
        String own = six ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
        String variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
        URI server = Endpoint.origin(variable, process.variable(variable).orElse(own));
        Headers life = Headers.of("X-aws-ec2-metadata-token-ttl-seconds", "60");
        String session = text(ask("PUT", server.resolve("/latest/api/token"), life), "a session");
        Headers headers = Headers.of("X-aws-ec2-metadata-token", session);
        EndpointClient.Answer roles = ask("GET", server.resolve(ROLES), headers);
        if (roles.status() == 404) {
            return Optional.empty();
        }
        String role = text(roles, "a role").lines().findFirst().orElse("");
        if (!role.matches("[A-Za-z0-9+=,.@_-]{1,128}")) {
            throw roles.without("a role");
        }
        return Optional.of(ContainerKeys.keys(ask("GET", server.resolve(ROLES + role), headers)));
    }

    private EndpointClient.Answer ask(String method, URI uri, Headers headers) throws IOException {
        return client.ask(new TransportRequest(method, uri, headers, Body.empty(), AddressPolicy.ANY));
    }

    private static String text(EndpointClient.Answer answer, String what) throws IOException {
        String text = new String(answer.content(), StandardCharsets.UTF_8).strip();
        if (answer.status() != 200
                || text.isEmpty()
                || !Headers.isLegal("X-aws-ec2-metadata-token", text.replace('\n', ' '))) {
            throw answer.without(what);
        }
        return text;
    }
}
