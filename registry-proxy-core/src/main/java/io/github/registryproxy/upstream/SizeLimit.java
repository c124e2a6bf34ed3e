package io.github.registryproxy.upstream;

import io.github.registryproxy.ContentMismatchException;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryHandler;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.VerifiedContent;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * How large a blob may become whose sender did not say. Small ones need no answer; past 8 MiB the registry is asked by HEAD,
 * once, so that an endless body ends soon after the size it should have.
 */
final class SizeLimit implements VerifiedContent.Limit {
    static final long ASK_AT = 8 * 1024 * 1024;

    private final RegistryRequest request;
    private final RegistryHandler next;
    private boolean asked;
    private OptionalLong size = OptionalLong.empty();

    SizeLimit(RegistryRequest request, RegistryHandler next) {
        this.request = request;
        this.next = next;
    }

    @Override
    public void check(long bytes) throws IOException {
        if (bytes <= ASK_AT) {
            return;
        }
        if (!asked) {
            asked = true;
            RegistryRequest head = request.withMethod("HEAD")
                    .withHeaders(headers -> headers.without(HeaderNames.RANGE, HeaderNames.IF_RANGE));
            try (RegistryResponse response = next.handle(head)) {
                Headers headers = response.headers();
                size = response.status() == 200 ? headers.contentLength() : OptionalLong.empty();
            }
        }
        if (size.isPresent() && bytes > size.getAsLong()) {
            throw new ContentMismatchException("body of unknown length goes on past the " + size.getAsLong()
                    + " bytes that HEAD says the blob has");
        }
    }
}
