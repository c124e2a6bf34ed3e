package io.github.registryproxy.transport;

import java.io.IOException;

/** A host resolves to an address that nobody allowed: trying again would change nothing. */
public final class AddressRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public AddressRefusedException(String message) {
        super(message);
    }
}
