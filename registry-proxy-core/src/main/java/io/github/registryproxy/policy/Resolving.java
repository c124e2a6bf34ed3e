package io.github.registryproxy.policy;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The questions a policy has of its own before it can answer one: asked with the credentials of the request that caused them. */
final class Resolving {
    private static final String ACCEPT = Stream.of(
                    MediaType.OCI_INDEX,
                    MediaType.DOCKER_MANIFEST_LIST,
                    MediaType.OCI_MANIFEST,
                    MediaType.DOCKER_MANIFEST,
                    new MediaType("*/*"))
            .map(MediaType::value)
            .collect(Collectors.joining(", "));

    /** In nanoseconds. */
    private static final long SOON = 1_000_000_000;

    private final RegistryRequest cause;
    private final RegistryHandler next;
    private final LongSupplier nanos;
    private final long begun;
    private boolean repeated;

    Resolving(RegistryRequest cause, RegistryHandler next, LongSupplier nanos) {
        this.cause = cause;
        this.next = next;
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** Whether a question that got nonsense may be asked again: once, and not by who has waited already. */
    boolean mayRepeat() {
        boolean may = !repeated && nanos.getAsLong() - begun < SOON;
        repeated = true;
        return may;
    }

    RegistryRequest cause() {
        return cause;
    }

    RegistryResponse ask(String method, Operation operation) throws IOException {
        return ask(method, Target.of(operation));
    }

    RegistryResponse ask(String method, Target target) throws IOException {
        return next.handle(cause.with(target)
                .withMethod(method)
                .withBody(Body.empty())
                .withHeaders(headers -> headers.filter(
                                (name, value) -> FOR_ONE_REQUEST.stream().noneMatch(name::equalsIgnoreCase))
                        .with(HeaderNames.ACCEPT, ACCEPT)));
    }

    /** What is about the content of one request, and not about who asks. */
    private static final List<String> FOR_ONE_REQUEST = List.of(
            HeaderNames.RANGE,
            HeaderNames.IF_RANGE,
            HeaderNames.IF_MATCH,
            HeaderNames.IF_NONE_MATCH,
            "If-Modified-Since",
            "If-Unmodified-Since",
            HeaderNames.CONTENT_TYPE,
            HeaderNames.CONTENT_LENGTH,
            HeaderNames.TRANSFER_ENCODING,
            "Expect");
}
