/**
 * How the proxy proves to an upstream who it is: {@link io.github.registryproxy.auth.UpstreamAuth} answers challenges with
 * {@link io.github.registryproxy.auth.Credentials}, at the registry itself or at a token server among the {@link
 * io.github.registryproxy.auth.TrustedRealms}.
 *
 * <p>Trust comes from configuration, never from a response: what an upstream says decides whether a token is fetched, not
 * who gets to see a password.
 */
@NullMarked
package io.github.registryproxy.auth;

import org.jspecify.annotations.NullMarked;
