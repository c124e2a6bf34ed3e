package io.github.registryproxy.route;

import io.github.registryproxy.Body;
import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.RegistryResponse;
import io.github.registryproxy.protocol.ErrorCode;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.RegistryException;
import java.util.Optional;

/** What lists of several members have in common. */
final class MergedLists {
    /** In bytes. */
    static final int LARGEST = 4 * 1024 * 1024;

    private MergedLists() {}

    /** A member is asked for its list, whatever the client has of ours already. */
    static RegistryRequest asked(RegistryRequest request) {
        return request.withMethod("GET")
                .withHeaders(headers -> headers.without(
                        HeaderNames.IF_MATCH,
                        HeaderNames.IF_NONE_MATCH,
                        "If-Modified-Since",
                        "If-Unmodified-Since",
                        HeaderNames.IF_RANGE,
                        HeaderNames.RANGE));
    }

    /** A list that lacks a member is wrong: its refusal is the answer. */
    static RegistryResponse refusal(RegistryRequest request, RegistryResponse response) {
        return request.isHead() ? response.replaceBody(Body.empty()) : response;
    }

    /** Where a list goes on. */
    static Optional<Link> next(Headers headers) {
        return headers.all(HeaderNames.LINK).stream()
                .flatMap(line -> Link.parse(line).stream())
                .filter(Link::isNext)
                .findFirst();
    }

    static RegistryResponse answer(RegistryRequest request, Headers headers, byte[] json) {
        return request.isHead()
                ? RegistryResponse.of(
                        200, headers.and(HeaderNames.CONTENT_LENGTH, Integer.toString(json.length)), Body.empty())
                : RegistryResponse.of(200, headers, Body.of(json));
    }

    static RegistryException unmergeable(String why) {
        return ErrorCode.UNAVAILABLE.because(why).asException();
    }
}
