package io.github.registryproxy.upstream;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Middleware;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ContentRange;
import io.github.registryproxy.protocol.Operation.PullBlob;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Gives blobs a body that survives a dying connection; see {@link ResumingSource}. */
final class ResumeBlobs implements Middleware {
    private final Backoff backoff;

    ResumeBlobs(Backoff backoff) {
        this.backoff = backoff;
    }

    @Override
    public RegistryResponse handle(RegistryRequest request, RegistryHandler next) throws IOException {
        RegistryResponse response = next.handle(request);
        if (!(request.operation() instanceof PullBlob) || !request.method().equals("GET")) {
            return response;
        }
        if (response.status() == 200) {
            OptionalLong size = response.body().length();
            return resuming(request, next, response, 0, size, size);
        }
        Optional<ContentRange> range =
                response.headers().first(HeaderNames.CONTENT_RANGE).flatMap(ContentRange::parse);
        if (response.status() == 206 && range.isPresent()) {
            OptionalLong end = OptionalLong.of(range.get().last() + 1);
            return resuming(
                    request,
                    next,
                    response,
                    range.get().first(),
                    end,
                    range.get().size());
        }
        return response;
    }

    private RegistryResponse resuming(
            RegistryRequest request,
            RegistryHandler next,
            RegistryResponse response,
            long offset,
            OptionalLong end,
            OptionalLong size) {
        ResumingSource source = new ResumingSource(request, next, backoff, response, offset, end, size);
        OptionalLong length = end.isPresent() ? OptionalLong.of(end.getAsLong() - offset) : OptionalLong.empty();
        return RegistryResponse.of(response.status(), response.headers(), Body.of(source, length));
    }
}
