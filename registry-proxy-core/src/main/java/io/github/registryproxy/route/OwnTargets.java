package io.github.registryproxy.route;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.Operation;
import io.github.registryproxy.protocol.Target;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The targets of ours that an answer proposes, in Location and Link; absolute ones lead elsewhere and stay. */
final class OwnTargets {
    private OwnTargets() {}

    static Headers map(Headers headers, UnaryOperator<Target> f) {
        return links(location(headers, f), f);
    }

    private static Headers location(Headers headers, UnaryOperator<Target> f) {
        Optional<String> location = headers.first(HeaderNames.LOCATION);
        return location.isPresent() ? headers.with(HeaderNames.LOCATION, map(location.get(), f)) : headers;
    }

    private static Headers links(Headers headers, UnaryOperator<Target> f) {
        if (!headers.contains(HeaderNames.LINK)) {
            return headers;
        }
        Headers mapped = headers.without(HeaderNames.LINK);
        for (String line : headers.all(HeaderNames.LINK)) {
            for (Link link : Link.parse(line)) {
                Link own = link.withTarget(map(link.target(), f));
                mapped = mapped.and(HeaderNames.LINK, own.toString());
            }
        }
        return mapped;
    }

    private static String map(String address, UnaryOperator<Target> f) {
        if (!address.startsWith("/") || address.startsWith("//")) {
            return address;
        }
        Target target = Target.parse("GET", address);
        return target.operation() instanceof Operation.Malformed
                ? address
                : f.apply(target).render();
    }
}
