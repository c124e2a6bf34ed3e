package io.github.registryproxy.route;

import static io.github.registryproxy.route.Scripted.DIGEST;
import static io.github.registryproxy.route.Scripted.request;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A request for each operation there is. One that is new has to be added here, and decided on by each who walks. */
final class Walk {
    static final List<String> READS = List.of(
            "GET /v2/team/app/blobs/" + DIGEST,
            "GET /v2/team/app/manifests/1",
            "GET /v2/team/app/tags/list",
            "GET /v2/team/app/referrers/" + DIGEST);
    static final List<String> WRITES = List.of(
            "POST /v2/team/app/blobs/uploads/",
            "POST /v2/team/app/blobs/uploads/?digest=" + DIGEST,
            "POST /v2/team/app/blobs/uploads/?mount=" + DIGEST + "&from=team/base",
            "PATCH /v2/team/app/blobs/uploads/7",
            "PUT /v2/team/app/blobs/uploads/7?digest=" + DIGEST,
            "GET /v2/team/app/blobs/uploads/7",
            "DELETE /v2/team/app/blobs/uploads/7",
            "PUT /v2/team/app/manifests/1",
            "DELETE /v2/team/app/manifests/1",
            "DELETE /v2/team/app/blobs/" + DIGEST);
    static final String PING = "GET /v2/";
    static final String CATALOG = "GET /v2/_catalog";
    static final String TOKEN = "GET /_token?scope=repository:team/app:pull";
    static final String MALFORMED = "GET /v2/team//app/manifests/1";
    static final String OTHER = "GET /api/anything";

    private final Map<String, String> decisions = new TreeMap<>();

    interface Decision {
        String of(String line) throws IOException;
    }

    Walk decides(String decision, List<String> lines) {
        lines.forEach(line -> decisions.put(line, decision));
        return this;
    }

    Walk decides(String decision, String... lines) {
        return decides(decision, List.of(lines));
    }

    /** Whether there is a decision on each operation, and it is the one that is made. */
    void check(Decision made) throws IOException {
        Set<String> decided = new TreeSet<>();
        Map<String, String> found = new TreeMap<>();
        for (String line : decisions.keySet()) {
            decided.add(request(line).operation().getClass().getSimpleName());
            found.put(line, made.of(line));
        }
        Set<String> all = new TreeSet<>();
        Scripted.operations().forEach(type -> all.add(type.getSimpleName()));
        assertEquals(all, decided);
        assertEquals(decisions, found);
    }
}
