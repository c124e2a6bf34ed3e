package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a member said that did not have it: read and closed, to be told if nobody else has it. */
final class Passed {
    /** In bytes; an error document that a proxy makes has 4 KiB at most. */
    private static final int LARGEST = 64 * 1024;

    private final @Nullable RegistryResponse response;
    private final @Nullable IOException failure;

    private Passed(@Nullable RegistryResponse response, @Nullable IOException failure) {
        this.response = response;
        this.failure = failure;
    }

    /** Closes the response. */
    static Passed of(RegistryRequest request, RegistryResponse response) {
        try (response) {
            Body body =
                    request.isHead() ? Body.empty() : Body.of(response.body().readAll(LARGEST));
            return new Passed(RegistryResponse.of(response.status(), response.headers(), body), null);
        } catch (IOException | RegistryException e) {
            return new Passed(withoutDocument(response), null);
        }
    }

    static Passed of(IOException failure) {
        return new Passed(null, failure);
    }

    private static RegistryResponse withoutDocument(RegistryResponse response) {
        RegistryResponse own = RegistryResponse.of(ErrorCode.UNAVAILABLE
                .because("the registry refused with status " + response.status())
                .withStatus(response.status()));
        Headers told = response.headers()
                .without(HeaderNames.CONTENT_TYPE, HeaderNames.CONTENT_LENGTH, HeaderNames.CONTENT_ENCODING);
        return own.mapHeaders(
                headers -> told.and(headers.filter((name, value) -> name.equals(HeaderNames.CONTENT_TYPE))));
    }

    /** Whether it leaves open if the member has it. */
    boolean isError() {
        return weight() > 0;
    }

    /** What says more about why nobody has it weighs more; that it is not there weighs nothing. */
    int weight() {
        if (response == null) {
            return 2;
        }
        return switch (response.status()) {
            case 404 -> 0;
            case 429 -> 5;
            case 401, 403 -> 4;
            default -> response.status() >= 500 ? 3 : 1;
        };
    }

    /** What was said, once more. */
    RegistryResponse answer() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (response == null) {
            throw new IllegalStateException("neither a response nor a failure");
        }
        return response;
    }

    @Override
    public String toString() {
        return response == null ? String.valueOf(failure) : "status " + response.status();
    }
}
