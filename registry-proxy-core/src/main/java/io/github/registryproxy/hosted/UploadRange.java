package io.github.registryproxy.hosted;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.RegistryException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a chunk belongs: distribution specification, "Pushing a blob in chunks". The field has the name of HTTP's Content-Range and a
 * grammar of its own.
 *
 * @param first offset of the first byte
 * @param last offset of the last byte, inclusive
 */
record UploadRange(long first, long last) {
    private static final Pattern FORM =
            Pattern.compile("(?:bytes[ =])?([0-9]{1,18})-([0-9]{1,18})(?:/(?:[0-9]{1,18}|\\*))?");

    /**
     * The range of a request; empty where it names none, and the chunk follows on what is there.
     *
     * @throws RegistryException BLOB_UPLOAD_INVALID where it is no range, SIZE_INVALID where it contradicts the length
     */
    static Optional<UploadRange> of(RegistryRequest request) {
        Optional<String> field = request.headers().first(HeaderNames.CONTENT_RANGE);
        if (field.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(field.get().strip());
        if (!matcher.matches()) {
            throw invalid();
        }
        UploadRange range = new UploadRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
        if (range.last < range.first) {
            throw invalid();
        }
        if (request.body().length().isPresent() && request.body().length().getAsLong() != range.length()) {
            throw ErrorCode.SIZE_INVALID
                    .because("Content-Range and Content-Length contradict each other")
                    .asException();
        }
        return Optional.of(range);
    }

    long length() {
        return last - first + 1;
    }

    private static RegistryException invalid() {
        return ErrorCode.BLOB_UPLOAD_INVALID
                .because("Content-Range is FIRST-LAST, such as 0-1023")
                .asException();
    }
}
