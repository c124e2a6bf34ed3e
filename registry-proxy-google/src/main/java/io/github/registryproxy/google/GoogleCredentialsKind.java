package io.github.registryproxy.google;

import io.github.registryproxy.auth.CredentialsKind;
import io.github.registryproxy.auth.CredentialsProvider;
import java.io.IOException;

/** {@code google}: Application Default Credentials. */
public final class GoogleCredentialsKind implements CredentialsKind {
    @Override
    public String name() {
        return "google";
    }

    @Override
    public CredentialsProvider provider(Surroundings surroundings) throws IOException {
        return GoogleRegistryCredentials.builder(surroundings).build();
    }
}
