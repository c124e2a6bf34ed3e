package io.github.registryproxy.auth;

import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;

/** The token server does not take the credentials: others may help, the same ones will not. */
final class CredentialsRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    CredentialsRefusedException(int status) {
        super("the token server answered " + status);
    }

    RegistryException asRefusal() {
        return new RegistryException(ErrorCode.DENIED.because("the registry refused the proxy's credentials"), this);
    }
}
