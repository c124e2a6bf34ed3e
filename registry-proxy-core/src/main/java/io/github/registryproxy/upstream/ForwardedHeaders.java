package io.github.registryproxy.upstream;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.ByteRange;
import io.github.registryproxy.protocol.Operation;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which fields pass in which direction: lists of what may, since neither a client's cookies nor an upstream's Set-Cookie, HSTS
 * or CORS fields concern the other side.
 */
final class ForwardedHeaders {
    private static final Set<String> OUTBOUND =
            Set.of("accept", "if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "content-type");
    private static final Set<String> INBOUND = Set.of(
            "accept-ranges",
            "allow",
            "cache-control",
            "content-length",
            "content-range",
            "content-type",
            "etag",
            "last-modified",
            "link",
            "location",
            "range",
            "retry-after",
            "vary",
            "warning",
            "www-authenticate");
    private static final int LONGEST = 8 * 1024;
    private static final String PRODUCT = "registry-proxy/" + version();

    private final boolean clientCredentials;
    private final boolean clientAddress;

    ForwardedHeaders(boolean clientCredentials, boolean clientAddress) {
        this.clientCredentials = clientCredentials;
        this.clientAddress = clientAddress;
    }

    /** What the registry gets of a client's request. */
    Headers outbound(Headers received, RegistryRequest request) {
        Headers headers = HopByHop.strip(received);
        Operation operation = request.operation();
        Headers passed = headers.filter((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return value.length() <= LONGEST
                    && (OUTBOUND.contains(lower)
                            || lower.startsWith("oci-")
                            || (lower.equals("content-range") && operation instanceof Operation.InUpload)
                            || (lower.equals("authorization") && clientCredentials));
        });
        Optional<ByteRange> range = headers.first(HeaderNames.RANGE).flatMap(ByteRange::parse);
        if (operation instanceof Operation.PullBlob && range.isPresent() && !request.isHead()) {
            passed = passed.and(HeaderNames.RANGE, range.get().toString());
            Optional<String> condition = headers.first(HeaderNames.IF_RANGE).filter(v -> v.length() <= LONGEST);
            passed = condition.isPresent() ? passed.and(HeaderNames.IF_RANGE, condition.get()) : passed;
        }
        String agent = PRODUCT + " customDomain/" + request.client().base().getRawAuthority();
        Optional<String> theirs = headers.first(HeaderNames.USER_AGENT).filter(v -> v.length() <= 512);
        passed = passed.and(
                HeaderNames.USER_AGENT, agent + theirs.map(a -> " " + a).orElse(""));
        return clientAddress
                ? passed.and(HeaderNames.X_FORWARDED_FOR, request.client().address())
                : passed;
    }

    /** What the client gets of the registry's answer. */
    static Headers inbound(Headers headers) {
        return headers.filter((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return value.length() <= LONGEST
                    && (INBOUND.contains(lower)
                            || lower.startsWith("oci-")
                            || lower.startsWith("docker-")
                            || lower.startsWith("ratelimit-"));
        });
    }

    private static String version() {
        String version = ForwardedHeaders.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
