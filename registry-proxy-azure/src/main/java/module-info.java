/** Credentials for Azure Container Registry; start at {@link io.github.registryproxy.azure.AcrCredentials}. */
module io.github.registryproxy.azure {
    requires transitive io.github.registryproxy.core;
    requires com.google.common;

    exports io.github.registryproxy.azure;

    provides io.github.registryproxy.auth.CredentialsKind with
            io.github.registryproxy.azure.AzureCredentialsKind;
}
