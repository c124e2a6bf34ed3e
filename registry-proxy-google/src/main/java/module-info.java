/** Credentials for Google's registries; start at {@link io.github.registryproxy.google.GoogleRegistryCredentials}. */
module io.github.registryproxy.google {
    requires transitive io.github.registryproxy.core;
    requires com.google.api.client;
    requires com.google.auth;
    requires com.google.auth.oauth2;
    requires com.google.common;

    exports io.github.registryproxy.google;

    provides io.github.registryproxy.auth.CredentialsKind with
            io.github.registryproxy.google.GoogleCredentialsKind;
}
