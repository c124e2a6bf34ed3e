/**
 * Azure Container Registry: {@link io.github.registryproxy.azure.AcrCredentials} exchanges a token of Microsoft Entra ID, however the
 * process comes by it, for the registry's refresh token. Plain HTTP by core's transports.
 */
@NullMarked
package io.github.registryproxy.azure;

import org.jspecify.annotations.NullMarked;
