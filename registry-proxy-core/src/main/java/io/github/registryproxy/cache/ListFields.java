package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.Headers;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Link;
import io.github.registryproxy.protocol.MediaType;
import io.github.registryproxy.protocol.Operation.ListReferrers;
import io.github.registryproxy.protocol.Target;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Query fields of lists that may reach the upstream: those of the specification, and those that the upstream itself has put into a
 * link to a next page, as several registries do. A field that a client makes up is dropped.
 */
final class ListFields {
    private static final int MOST = 16;
    private static final int LONGEST = 64;

    private final Set<String> offered = ConcurrentHashMap.newKeySet();

    /** The request as the cache keys it and the upstream may see it. */
    RegistryRequest reduced(RegistryRequest request) {
        Target target = request.target();
        MediaType type = target.operation() instanceof ListReferrers ? MediaType.OCI_INDEX : MediaType.JSON;
        return request.with(new Target(target.operation(), target.rest().without(name -> !offered.contains(name))))
                .withHeaders(headers -> headers.contains(HeaderNames.ACCEPT)
                        ? headers.with(HeaderNames.ACCEPT, type.value())
                        : headers);
    }

    /** Reads the links of an answer of the upstream. */
    void learn(Headers answer) {
        for (String line : answer.all(HeaderNames.LINK)) {
            for (Link link : Link.parse(line)) {
                if (link.isNext()) {
                    Target.parse("GET", link.target()).rest().names().forEach(this::offer);
                }
            }
        }
    }

    private void offer(String name) {
        if (offered.size() < MOST && name.length() <= LONGEST) {
            offered.add(name);
        }
    }
}
