package io.github.registryproxy.tests;

import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import java.io.IOException;

/** Another handler for each test behind one server, which takes longer to start than a test does. */
public final class SwitchedHandler implements RegistryHandler {
    private volatile RegistryHandler current = request -> {
        throw new IOException("no handler yet");
    };

    /** From now on. */
    public void use(RegistryHandler handler) {
        current = handler;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request) throws IOException {
        return current.handle(request);
    }
}
