package io.github.registryproxy.cache;

import io.github.registryproxy.HeaderNames;
import io.github.registryproxy.RegistryRequest;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What requests take as an answer, worked out once for those that say the same: there are few kinds of clients. */
final class Representations {
    private static final int MOST = 1_000;
    private static final int LONGEST = 2_048;

    private final ConcurrentMap<List<String>, Representation> known = new ConcurrentHashMap<>();

    /**
     * What tells the answers apart that one tag may have.
     *
     * @param name as {@link Acceptable#representation} has it
     */
    record Representation(Acceptable acceptable, String name) {}

    Representation of(RegistryRequest request) {
        List<String> accept = request.headers().all(HeaderNames.ACCEPT);
        int length = 0;
        for (String line : accept) {
            length += line.length();
        }
        if (length > LONGEST || !request.target().rest().isEmpty()) {
            return work(request);
        }
        Representation before = known.get(accept);
        if (before == null) {
            before = work(request);
            if (known.size() >= MOST) {
                known.clear(); // somebody makes them up
            }
            known.put(accept, before);
        }
        return before;
    }

    private static Representation work(RegistryRequest request) {
        return new Representation(Acceptable.of(request), Acceptable.representation(request));
    }
}
