package io.github.registryproxy.upstream;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import java.io.IOException;

/** Content that is coded although nobody asked for it is not the content that a digest names. */
final class ContentCoding {
    private ContentCoding() {}

    static void refuse(Headers headers) throws IOException {
        for (String coding : headers.all(HeaderNames.CONTENT_ENCODING)) {
            if (!coding.strip().equalsIgnoreCase("identity")) {
                throw new IOException("content coding although identity was asked for");
            }
        }
    }
}
