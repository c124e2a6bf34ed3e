package io.github.registryproxy.aws;

import io.github.registryproxy.auth.CredentialsKind.Surroundings;
import java.io.IOException;
import java.util.Optional;

/** AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. */
record EnvironmentKeys(Surroundings process) implements AwsKeys.Source {
    @Override
    public Optional<AwsKeys> find() throws IOException {
        Optional<String> id = process.variable("AWS_ACCESS_KEY_ID");
        Optional<String> secret = process.variable("AWS_SECRET_ACCESS_KEY");
        if (id.isEmpty() && secret.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(AwsKeys.of("the environment", id, secret, process.variable("AWS_SESSION_TOKEN")));
    }
}
