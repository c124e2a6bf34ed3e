package io.github.registryproxy.aws;

import io.github.registryproxy.auth.CredentialsKind;
import io.github.registryproxy.auth.CredentialsProvider;
import java.io.IOException;

/** {@code aws}: the registry's name tells the region, the environment who the process is. */
public final class AwsCredentialsKind implements CredentialsKind {
    @Override
    public String name() {
        return "aws";
    }

    @Override
    public CredentialsProvider provider(Surroundings surroundings) throws IOException {
        return EcrCredentials.of(surroundings);
    }
}
