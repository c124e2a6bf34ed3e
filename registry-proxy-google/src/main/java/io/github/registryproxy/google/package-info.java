/**
 * Artifact Registry and Container Registry: {@link io.github.registryproxy.google.GoogleRegistryCredentials} logs in by access tokens of
 * the google-auth library, whose requests core's transports carry.
 */
@NullMarked
package io.github.registryproxy.google;

import org.jspecify.annotations.NullMarked;
