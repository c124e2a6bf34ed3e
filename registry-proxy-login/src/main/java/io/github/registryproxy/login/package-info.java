/**
 * Who a client is and what it may do: start at {@link io.github.registryproxy.login.RequireLogin}, which asks {@link
 * io.github.registryproxy.login.Authenticator}s who somebody is and {@link io.github.registryproxy.login.AccessRules} what
 * somebody may.
 */
@NullMarked
package io.github.registryproxy.login;

import org.jspecify.annotations.NullMarked;
