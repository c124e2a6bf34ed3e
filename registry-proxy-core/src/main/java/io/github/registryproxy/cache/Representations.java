package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import io.github.registryproxy.protocol.Target;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What requests accept, worked out once for those that say the same: there are few kinds of clients. */
final class Representations {
    private static final int MOST = 1_000;
    private static final int LONGEST = 2_048;

    private final ConcurrentMap<List<String>, Representation> known = new ConcurrentHashMap<>();

    /**
     * What one request accepts.
     *
     * @param acceptable every type it names: which documents it may be given
     * @param types the known ones: which documents it shares with others, and what the upstream is asked for
     */
    record Representation(Acceptable acceptable, AcceptedTypes types) {}

    Representation of(RegistryRequest request) {
        List<String> accept = request.headers().all(HeaderNames.ACCEPT);
        int length = 0;
        for (String line : accept) {
            length += line.length();
        }
        if (length > LONGEST) {
            return work(request);
        }
        Representation before = known.get(accept);
        if (before == null) {
            before = work(request);
            if (known.size() >= MOST) {
                known.clear(); // a client makes them up
            }
            known.put(accept, before);
        }
        return before;
    }

    private static Representation work(RegistryRequest request) {
        Acceptable acceptable = Acceptable.of(request);
        return new Representation(acceptable, AcceptedTypes.of(acceptable.types()));
    }

    /** The request as the upstream may see it: known types alone, and no query, since none belongs to a manifest. */
    static RegistryRequest reduced(RegistryRequest request, Representation wanted) {
        String accept = wanted.types().header();
        boolean said = request.headers().contains(HeaderNames.ACCEPT);
        return request.with(Target.of(request.operation()))
                .withHeaders(headers -> accept.isEmpty() || !said
                        ? headers.without(HeaderNames.ACCEPT)
                        : headers.with(HeaderNames.ACCEPT, accept));
    }
}
