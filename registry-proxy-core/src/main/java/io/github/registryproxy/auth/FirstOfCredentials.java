package io.github.registryproxy.auth;

import java.io.IOException;
import java.util.List;

/** Several providers in order; anonymous is what a provider says that has nothing. */
record FirstOfCredentials(List<CredentialsProvider> providers) implements CredentialsProvider {
    FirstOfCredentials {
        providers = List.copyOf(providers);
    }

    @Override
    public Credentials get() throws IOException {
        for (CredentialsProvider provider : providers) {
            Credentials credentials = provider.get();
            if (!(credentials instanceof Credentials.Anonymous)) {
                return credentials;
            }
        }
        return Credentials.anonymous();
    }

    @Override
    public void rejected(Credentials credentials) {
        providers.forEach(provider -> provider.rejected(credentials));
    }
}
