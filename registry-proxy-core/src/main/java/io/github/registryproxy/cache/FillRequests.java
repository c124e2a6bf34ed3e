package io.github.registryproxy.cache;

import io.github.registryproxy.BodySource;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.Verification;
import io.github.registryproxy.cache.GrowingBlob.Refusal;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.RegistryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a fetch asks the upstream, and what it is told; the store verifies what it gets. */
final class FillRequests {
    private static final int LARGEST_REFUSAL = 64 * 1024;

    private FillRequests() {}

    /** What a reader asked, for the whole and in any case. */
    static RegistryRequest whole(RegistryRequest request) {
        return request.withMethod("GET")
                .withHeaders(headers -> headers.without(
                        HeaderNames.RANGE, HeaderNames.IF_RANGE, HeaderNames.IF_NONE_MATCH, HeaderNames.IF_MATCH));
    }

    static RegistryRequest ranged(RegistryRequest whole, ByteRange range) {
        return whole.withHeaders(headers -> headers.with(HeaderNames.RANGE, range.toString()));
    }

    /** The answer, a refusal included. */
    static RegistryResponse ask(RegistryRequest request, RegistryHandler next, FillBudget budget) throws IOException {
        budget.spend();
        try {
            return next.handle(request.with(Verification.BY_READER, true));
        } catch (RegistryException e) {
            return RegistryResponse.of(e.error());
        }
    }

    /** An answer that is not the blob, as far as it is kept for all who wait. */
    static Refusal refusal(RegistryResponse response) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (BodySource source = response.body().source()) {
            for (ByteBuffer bytes = source.read();
                    bytes != null && body.size() < LARGEST_REFUSAL;
                    bytes = source.read()) {
                byte[] chunk = new byte[bytes.remaining()];
                bytes.get(chunk);
                body.write(chunk, 0, chunk.length);
            }
        }
        return new Refusal(response.status(), response.headers(), body.toByteArray());
    }
}
