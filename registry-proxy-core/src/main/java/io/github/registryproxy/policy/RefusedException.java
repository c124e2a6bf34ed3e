package io.github.registryproxy.policy;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;

/** The registry does not tell us what we must know: not now, or not to this client. The client is told so in our place. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Headers headers;

    private RefusedException(RegistryResponse response) {
        super("the registry answered " + response.status(), null, false, false);
        this.status = response.status();
        this.headers = response.headers()
                .filter((name, value) -> name.equalsIgnoreCase(HeaderNames.WWW_AUTHENTICATE)
                        || name.equalsIgnoreCase(HeaderNames.RETRY_AFTER));
    }

    /** The response if it is 200; else closes it. */
    static RegistryResponse unlessRefused(RegistryResponse response) throws RefusedException {
        if (response.status() == 200) {
            return response;
        }
        response.close();
        throw of(response);
    }

    /** Of a response that the caller closes. */
    static RefusedException of(RegistryResponse response) {
        return new RefusedException(response);
    }

    /** For a client whose own question could not be decided. */
    RegistryResponse toResponse() {
        ErrorCode code = switch (status) {
            case 401 -> ErrorCode.UNAUTHORIZED;
            case 403 -> ErrorCode.DENIED;
            case 429 -> ErrorCode.TOOMANYREQUESTS;
            default -> ErrorCode.UNAVAILABLE;
        };
        int told = code.equals(ErrorCode.UNAVAILABLE) && status < 500 ? 502 : status;
        return RegistryResponse.of(code.because("the registry behind this proxy refused with status " + status)
                        .withStatus(told))
                .mapHeaders(own -> own.and(headers));
    }
}
