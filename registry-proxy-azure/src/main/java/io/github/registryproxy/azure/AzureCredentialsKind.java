package io.github.registryproxy.azure;

import io.github.registryproxy.auth.CredentialsKind;
import io.github.registryproxy.auth.CredentialsProvider;
import java.io.IOException;

/** {@code azure}: the environment tells who the process is. */
public final class AzureCredentialsKind implements CredentialsKind {
    @Override
    public String name() {
        return "azure";
    }

    @Override
    public CredentialsProvider provider(Surroundings surroundings) throws IOException {
        return AcrCredentials.of(surroundings);
    }
}
