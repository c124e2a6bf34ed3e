package io.github.registryproxy.middleware;

import io.github.registryproxy.Identity;
import io.github.registryproxy.RegistryRequest;

/**
 * Whose share a request takes: the identity's where somebody logged in, else the address's. The kind is part of the key, so
 * that nobody takes another's share by the choice of a name.
 */
record ClientKey(boolean loggedIn, String value) {
    static ClientKey of(RegistryRequest request) {
        return request.get(Identity.ATTRIBUTE)
                .map(identity -> new ClientKey(true, identity.name()))
                .orElseGet(() -> new ClientKey(false, request.client().network()));
    }
}
